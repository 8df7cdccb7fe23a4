from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from surveys.models.channel import Channel
from vocplatform.lib.models import PublicCode, Timestamped
from vocplatform.lib.tokens import new_nonce


class InvitationQuerySet(models.QuerySet):
    def answerable(self, now: datetime):
        return self.filter(status=Invitation.Status.ISSUED, expires_at__gt=now)

    def overdue(self, now: datetime):
        return self.filter(status=Invitation.Status.ISSUED, expires_at__lte=now)


class Invitation(Timestamped):
    """One question to one customer. The link's secret is not here, only what proves it."""

    class Status(models.TextChoices):
        ISSUED = "issued", _("waiting for an answer")
        ANSWERED = "answered", _("answered")
        EXPIRED = "expired", _("expired")
        WITHDRAWN = "withdrawn", _("withdrawn")

    # Who looks for one of these has an index that begins with it; a second one would only slow down every answer.
    event = models.ForeignKey(
        "surveys.TouchpointEvent",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("event"),
        db_index=False,
    )
    rule = models.ForeignKey(
        "surveys.TriggerRule",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("rule"),
    )
    version = models.ForeignKey(
        "surveys.SurveyVersion", models.PROTECT, related_name="invitations", verbose_name=_("survey version")
    )
    customer = models.ForeignKey(
        "surveys.Customer",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("customer"),
        db_index=False,
    )
    touchpoint = models.ForeignKey(
        "surveys.Touchpoint",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("touchpoint"),
        db_index=False,
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    token_nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    token_digest = models.CharField(max_length=64, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ISSUED)
    due_at = models.DateTimeField(_("due at"))
    expires_at = models.DateTimeField(_("valid until"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    remind_at = models.DateTimeField(_("remind at"), null=True, blank=True)
    is_test = models.BooleanField(_("test"), default=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(fields=["token_digest"], name="invitation_by_its_secret"),
            models.UniqueConstraint(fields=["event", "rule"], name="invitation_once_per_event_and_rule"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("due_at")), name="invitation_ends_after_due"),
        ]
        indexes = [
            models.Index(fields=["customer", "-created_at"], name="invitation_by_customer"),
            models.Index(fields=["expires_at"], condition=Q(status="issued"), name="invitation_open_by_end"),
            models.Index(
                fields=["remind_at"], condition=Q(status="issued", remind_at__isnull=False), name="invitation_to_remind"
            ),
            models.Index(fields=["touchpoint", "created_at"], name="invitation_by_touchpoint"),
            models.Index(fields=["created_at"], name="invitation_by_day"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.get_status_display()}"


class CollectionLink(PublicCode, Timestamped):
    """A link for many people: a plain link, or the QR code on the counter."""

    name = models.CharField(_("name"), max_length=120)
    touchpoint = models.ForeignKey(
        "surveys.Touchpoint", models.PROTECT, related_name="links", verbose_name=_("touchpoint")
    )
    survey = models.ForeignKey("surveys.Survey", models.PROTECT, related_name="links", verbose_name=_("survey"))
    channel = models.CharField(
        _("channel"),
        max_length=8,
        choices=[(Channel.LINK, Channel.LINK.label), (Channel.QR, Channel.QR.label)],
        default=Channel.QR,
    )
    is_open = models.BooleanField(_("open"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("link or QR code")
        verbose_name_plural = _("links and QR codes")

    def __str__(self) -> str:
        return self.name
