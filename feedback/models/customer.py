from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class CustomerProfile(models.Model):
    """What last night's count knows of one customer: habits, last scores, health, risk. Counted anew, never edited."""

    customer = models.OneToOneField(
        "surveys.Customer", models.CASCADE, related_name="profile", verbose_name=_("customer")
    )
    first_event_at = models.DateTimeField(_("first event"), null=True, blank=True)
    last_event_at = models.DateTimeField(_("last event"), null=True, blank=True)
    events_year = models.PositiveIntegerField(_("events in a year"), default=0)
    usual_gap_days = models.FloatField(_("usual days between events"), null=True, blank=True)
    silent_days = models.PositiveIntegerField(_("days without an event"), null=True, blank=True)
    answers_year = models.PositiveIntegerField(_("answers in a year"), default=0)
    last_score = models.FloatField(_("last score, 0 to 100"), null=True, blank=True)
    last_answer_at = models.DateTimeField(_("last answer"), null=True, blank=True)
    recency = models.PositiveSmallIntegerField(_("recency, 1 to 5"), null=True, blank=True)
    frequency = models.PositiveSmallIntegerField(_("frequency, 1 to 5"), null=True, blank=True)
    monetary = models.PositiveSmallIntegerField(_("value, 1 to 5"), null=True, blank=True)
    health = models.FloatField(
        _("health, 0 to 100"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    health_parts = models.JSONField(_("parts of health"), default=dict, blank=True)
    signs = models.JSONField(_("signs of leaving"), default=list, blank=True)
    signs_count = models.PositiveSmallIntegerField(_("number of signs"), default=0)
    risk = models.FloatField(_("risk of leaving, 0 to 1"), null=True, blank=True)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    counted_at = models.DateTimeField(_("counted at"))

    class Meta:
        verbose_name = _("customer profile")
        verbose_name_plural = _("customer profiles")
        constraints = [
            models.CheckConstraint(
                condition=Q(health__isnull=True) | Q(health__range=(0, 100)), name="health_lies_between_0_and_100"
            ),
            models.CheckConstraint(
                condition=Q(risk__isnull=True) | Q(risk__range=(0, 1)), name="risk_lies_between_0_and_1"
            ),
        ]
        indexes = [
            models.Index(fields=["-risk", "-signs_count", "-id"], name="profile_by_risk"),
            models.Index(fields=["-signs_count", "-id"], name="profile_by_signs"),
        ]

    def __str__(self) -> str:
        return str(self.customer_id)


class HealthSnapshot(models.Model):
    """A customer's health in one month. It moves until the month is over; then it is frozen."""

    customer = models.ForeignKey(
        "surveys.Customer", models.CASCADE, related_name="health_history", verbose_name=_("customer")
    )
    month_on = models.DateField(_("month"))
    health = models.FloatField(_("health, 0 to 100"))
    parts = models.JSONField(_("parts of health"), default=dict)
    counted_at = models.DateTimeField(_("counted at"))
    frozen_at = models.DateTimeField(_("frozen at"), null=True, blank=True)

    class Meta:
        ordering = ["-month_on"]
        verbose_name = _("health of a month")
        verbose_name_plural = _("health by month")
        constraints = [
            models.UniqueConstraint(fields=["customer", "month_on"], name="one_health_per_customer_and_month"),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True) | Q(frozen_at__gte=F("counted_at")),
                name="health_is_frozen_after_it_was_counted",
            ),
        ]
        indexes = [models.Index(fields=["month_on"], name="health_by_month")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.month_on:%Y-%m}"
