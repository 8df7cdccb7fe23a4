from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.models.trigger import TriggerCondition
from vocplatform.lib.models import Timestamped

STALE_AFTER = timedelta(hours=20)  # counted every night


class SegmentQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def stale(self, now: datetime):
        """Segments whose members must be looked up: never counted, changed since, or not counted last night."""
        return self.active().filter(Q(counted_at__isnull=True) | Q(counted_at__lt=now - STALE_AFTER))


class Segment(Timestamped):
    """Customers who have something in common, by conditions; with needs in words it is a persona."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(_("short name"), max_length=60, unique=True, help_text=_("Filters name it by this word."))
    description = models.TextField(_("description"), blank=True)
    is_persona = models.BooleanField(
        _("persona"), default=False, help_text=_("Stands for a kind of person; say below what they need.")
    )
    functional_needs = models.TextField(_("what they want to get done"), blank=True)
    emotional_needs = models.TextField(_("how they want to feel"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    members_count = models.PositiveIntegerField(_("customers"), default=0, editable=False)
    counted_at = models.DateTimeField(_("counted at"), null=True, blank=True, editable=False)

    objects = SegmentQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("segment")
        verbose_name_plural = _("segments")

    def __str__(self) -> str:
        return self.name


class SegmentCondition(models.Model):
    """One thing that holds for every customer of a segment; what is not known does not hold."""

    class Subject(models.TextChoices):
        CUSTOMER = "customer", _("customer")
        MEASURED = "measured", _("measured")
        EVENTS = "events", _("number of events at")

    Operator = TriggerCondition.Operator

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="conditions", verbose_name=_("segment"))
    subject = models.CharField(_("of the"), max_length=8, choices=Subject, default=Subject.CUSTOMER)
    field = models.CharField(_("field"), max_length=80)
    operator = models.CharField(_("condition"), max_length=10, choices=Operator, default=Operator.IS)
    value = models.CharField(_("value"), max_length=300, blank=True)
    within_days = models.PositiveSmallIntegerField(
        _("within (days)"), null=True, blank=True, help_text=_("For events: the last so many days. Empty: ever.")
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")

    def __str__(self) -> str:
        return f"{self.subject}.{self.field} {self.operator} {self.value}".strip()


class SegmentMember(models.Model):
    segment = models.ForeignKey(Segment, models.CASCADE, related_name="members", verbose_name=_("segment"))
    customer = models.ForeignKey(
        "surveys.Customer", models.CASCADE, related_name="memberships", verbose_name=_("customer")
    )
    since = models.DateTimeField(_("since"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("member of a segment")
        verbose_name_plural = _("members of segments")
        constraints = [models.UniqueConstraint(fields=["segment", "customer"], name="customer_once_per_segment")]

    def __str__(self) -> str:
        return f"{self.segment_id}: {self.customer_id}"
