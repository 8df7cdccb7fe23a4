"""Rows that leave the house: mail, SMS, webhooks. The row is the truth, a message to a worker only a nudge."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LEASE = timedelta(seconds=120)
MAX_ATTEMPTS = 5
WORN = "Its sender died"


class OutgoingQuerySet(models.QuerySet):
    def due(self, now: datetime):
        return self.filter(status=Outgoing.Status.QUEUED, due_at__lte=now).order_by("due_at")

    def stuck(self, now: datetime):
        return self.filter(status=Outgoing.Status.SENDING, leased_until__lt=now)

    def worn(self):
        """Given up on because their senders died with them; whoever mends the cause may try them again."""
        return self.filter(status=Outgoing.Status.FAILED, last_error__startswith=WORN)

    def claim(self, pk: int, *, now: datetime) -> bool:
        """Take one due row for sending; exactly one caller gets True. The attempt counts before the work starts."""
        return bool(
            self.filter(pk=pk, status=Outgoing.Status.QUEUED, due_at__lte=now).update(
                status=Outgoing.Status.SENDING, leased_until=now + LEASE, attempts=F("attempts") + 1, updated_at=now
            )
        )


class Outgoing(models.Model):
    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting to be sent")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        UNKNOWN = "unknown", _("perhaps sent")
        DROPPED = "dropped", _("not sent on purpose")

    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.QUEUED)
    due_at = models.DateTimeField(_("due at"), default=timezone.now)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated at"), default=timezone.now, editable=False)

    objects = OutgoingQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="sent") | Q(sent_at__isnull=False), name="%(app_label)s_%(class)s_sent_has_a_time"
            ),
        ]
        indexes = [models.Index(fields=["status", "due_at"], name="%(class)s_by_due")]
