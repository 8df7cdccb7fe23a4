from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LEASE = timedelta(seconds=120)
MAX_ATTEMPTS = 5


class TouchpointEventQuerySet(models.QuerySet):
    def happened(self):
        """What somebody did or met: no date that merely came."""
        return self.filter(due_on__isnull=True)

    def unhandled(self, before: datetime):
        return self.filter(handled_at__isnull=True, parked_at__isnull=True, received_at__lt=before).order_by(
            "received_at"
        )

    def open(self, now: datetime):
        free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
        return self.filter(free, handled_at__isnull=True, parked_at__isnull=True)

    def claim(self, pk: int, *, now: datetime) -> bool:
        """Take one event for deciding; exactly one caller gets True. The attempt counts before the work starts."""
        mine = self.open(now).filter(pk=pk, attempts__lt=MAX_ATTEMPTS)
        return bool(mine.update(leased_until=now + LEASE, attempts=F("attempts") + 1))

    def exhausted(self, now: datetime):
        return self.open(now).filter(attempts__gte=MAX_ATTEMPTS)


class TouchpointEvent(models.Model):
    """Something happened to a customer at a touchpoint."""

    source = models.ForeignKey("surveys.Source", models.PROTECT, related_name="events", verbose_name=_("source"))
    event_id = models.CharField(_("the sender's id"), max_length=100)
    touchpoint = models.ForeignKey(
        "surveys.Touchpoint", models.PROTECT, related_name="events", verbose_name=_("touchpoint")
    )
    customer = models.ForeignKey(
        "surveys.Customer", models.SET_NULL, null=True, blank=True, related_name="events", verbose_name=_("customer")
    )
    occurred_at = models.DateTimeField(_("happened at"))
    received_at = models.DateTimeField(_("received at"), default=timezone.now)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    called_by = models.ForeignKey(
        "surveys.TriggerRule",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        db_index=False,  # looked up only when a rule is deleted
        related_name="+",
        verbose_name=_("called by the rule"),
    )
    due_on = models.DateField(_("the customer's date that called"), null=True, blank=True, editable=False)
    fingerprint = models.CharField(_("fingerprint of the content"), max_length=64, editable=False)
    handled_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    parked_at = models.DateTimeField(_("set aside at"), null=True, blank=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=500, blank=True, editable=False)

    objects = TouchpointEventQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred_at", "-pk"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.UniqueConstraint(fields=["source", "event_id"], name="event_once_per_source"),
            models.CheckConstraint(
                condition=Q(called_by__isnull=True) | Q(due_on__isnull=False), name="event_of_a_date_names_the_day"
            ),
            models.CheckConstraint(condition=~Q(event_id=""), name="event_has_the_senders_id"),
        ]
        indexes = [
            models.Index(fields=["received_at"], condition=Q(handled_at__isnull=True), name="event_unhandled"),
            models.Index(fields=["customer", "-occurred_at"], name="event_by_customer"),
            models.Index(fields=["touchpoint", "-occurred_at"], name="event_by_touchpoint"),
        ]

    def __str__(self) -> str:
        return f"{self.touchpoint} {self.event_id}"


class RejectedEvent(models.Model):
    """What a sender got wrong, kept for whoever has to mend it. The excerpt carries no values."""

    source = models.ForeignKey(
        "surveys.Source", models.CASCADE, null=True, related_name="rejected", verbose_name=_("source")
    )
    received_at = models.DateTimeField(_("received at"), default=timezone.now)
    code = models.CharField(_("code"), max_length=40)
    reason = models.CharField(_("reason"), max_length=500)
    event_id = models.CharField(_("the sender's id"), max_length=100, blank=True)
    excerpt = models.JSONField(_("excerpt"), default=dict, blank=True)

    class Meta:
        ordering = ["-received_at"]
        verbose_name = _("rejected event")
        verbose_name_plural = _("rejected events")
        indexes = [models.Index(fields=["-received_at"], name="rejected_newest_first")]

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"
