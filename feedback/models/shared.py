from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vocplatform.lib.models import PublicCode, Timestamped
from vocplatform.lib.tokens import derive_token, new_nonce, token_digest

SHARE_PURPOSE = "share"


class SharedPage(models.TextChoices):
    DASHBOARD = "dashboard", _("dashboard")
    RESPONSES = "responses", _("responses")
    JOURNEY = "journey_map", _("journey")
    WALL = "wall", _("wall")


class SavedViewQuerySet(models.QuerySet):
    def open_to(self, user):
        """One's own, the shared ones, and the first page of one's role."""
        return self.filter(Q(owner=user) | Q(is_shared=True) | Q(first_for__in=user.groups.all())).distinct()


class SavedView(PublicCode, Timestamped):
    """A page with its filters under a name. A named period stays a name: “last 30 days” moves along."""

    PAGES = (SharedPage.DASHBOARD, SharedPage.RESPONSES, SharedPage.JOURNEY)

    name = models.CharField(_("name"), max_length=80)
    page = models.CharField(_("page"), max_length=12, choices=[(page.value, page.label) for page in PAGES])
    journey = models.SlugField(_("journey"), blank=True)
    query = models.CharField(_("filters"), max_length=1000, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", verbose_name=_("owner")
    )
    is_shared = models.BooleanField(_("shared with all who may read answers"), default=False)
    first_for = models.ForeignKey(
        Group, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("what this role sees first")
    )

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["page", "name", "pk"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        permissions = [("set_first_view", _("Can decide what a role sees first"))]
        constraints = [
            models.UniqueConstraint(fields=["owner", "page", "name"], name="view_name_once_per_owner_and_page"),
            models.UniqueConstraint(fields=["page", "first_for"], name="one_first_view_per_role_and_page"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("saved_view", args=[self.code])


class ShareLinkQuerySet(models.QuerySet):
    def usable(self, now: datetime):
        return self.filter(revoked_at__isnull=True, expires_at__gt=now)


class ShareLink(Timestamped):
    """One page for people without a log-in, until a day. The database holds only the digest of its secret."""

    PAGES = (SharedPage.DASHBOARD, SharedPage.JOURNEY, SharedPage.WALL)

    title = models.CharField(_("title"), max_length=120)
    page = models.CharField(_("page"), max_length=12, choices=[(page.value, page.label) for page in PAGES])
    journey = models.SlugField(_("journey"), blank=True)
    query = models.CharField(_("filters"), max_length=1000, blank=True)
    shows_comments = models.BooleanField(
        _("shows comments"), default=False, help_text=_("Only where at least 10 people wrote one, and never a name.")
    )
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("ends at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("revoked by")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("share link")
        verbose_name_plural = _("share links")
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="share_link_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def token(self) -> str:
        return derive_token(SHARE_PURPOSE, self.nonce)

    def save(self, *args, **kwargs) -> None:
        self.token_digest = self.token_digest or token_digest(self.token)
        super().save(*args, **kwargs)


class ShareOpening(models.Model):
    """That somebody opened a share link, and when. Who it was is not kept."""

    link = models.ForeignKey(ShareLink, models.CASCADE, related_name="openings", verbose_name=_("share link"))
    opened_at = models.DateTimeField(_("opened at"))

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = _("opening of a share link")
        verbose_name_plural = _("openings of share links")

    def __str__(self) -> str:
        return f"{self.link_id} {self.opened_at:%Y-%m-%d %H:%M}"
