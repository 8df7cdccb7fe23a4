from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vocplatform.lib.models import PublicCode, Timestamped


class InboxViewQuerySet(models.QuerySet):
    def open_to(self, user):
        """One's own, the shared ones, and what one's role sees first."""
        mine = Q(owner=user) | Q(is_shared=True) | Q(first_for__in=user.groups.values("pk"))
        return self.filter(mine).order_by("name", "pk")


class InboxView(PublicCode, Timestamped):
    """The inbox with its filters and order under a name; whose cases it shows is up to who reads it."""

    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(_("filters"), max_length=1000, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="inbox_views", verbose_name=_("owner")
    )
    is_shared = models.BooleanField(_("shared with all who work cases"), default=False)
    first_for = models.OneToOneField(
        Group, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("what this role sees first")
    )

    objects = InboxViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("view of the inbox")
        verbose_name_plural = _("views of the inbox")
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="inbox_view_name_once_per_owner")]

    def __str__(self) -> str:
        return self.name
