from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from surveys.models.channel import ASKING_CHOICES, Channel
from vocplatform.lib.models import Timestamped

MOST_DAYS = 3650


def every_day() -> list[int]:
    return [0, 1, 2, 3, 4, 5, 6]


class TriggerRuleQuerySet(models.QuerySet):
    def by_date(self):
        return self.exclude(date_field="")

    def in_force(self, now: datetime):
        begun = Q(starts_at__isnull=True) | Q(starts_at__lte=now)
        return self.filter(begun, Q(ends_at__isnull=True) | Q(ends_at__gt=now), is_active=True)

    def meant_by(self, event):
        """A date calls the one rule that waits for it; everything else is for the rules that wait for no date."""
        at_touchpoint = self.filter(touchpoint=event.touchpoint_id, is_active=True)
        if event.due_on is not None:
            return at_touchpoint.filter(pk=event.called_by_id)
        return at_touchpoint.filter(date_field="")


class TriggerRule(Timestamped):
    """After this touchpoint, ask these customers with this survey."""

    name = models.CharField(_("name"), max_length=120)
    touchpoint = models.ForeignKey(
        "surveys.Touchpoint", models.PROTECT, related_name="rules", verbose_name=_("touchpoint")
    )
    survey = models.ForeignKey("surveys.Survey", models.PROTECT, related_name="rules", verbose_name=_("survey"))
    channel = models.CharField(_("channel"), max_length=8, choices=ASKING_CHOICES, default=Channel.EMAIL)
    is_active = models.BooleanField(_("active"), default=False)
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=100, help_text=_("When several rules would ask, the smallest number asks.")
    )
    reserves_ask = models.BooleanField(
        _("keeps one ask free"),
        default=False,
        help_text=_("Less important rules leave this one an ask under the cap, so that it is not crowded out."),
    )
    delay_minutes = models.PositiveIntegerField(_("wait (minutes)"), default=0)
    sampling_percent = models.DecimalField(
        _("share asked (%)"),
        max_digits=5,
        decimal_places=2,
        default=100,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("The same people stay in or out of the sample."),
    )
    sampling_wave = models.CharField(
        _("sampling wave"), max_length=20, blank=True, help_text=_("A new word here draws a new sample.")
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True, help_text=_("In the customer's own time."))
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    weekdays = models.JSONField(_("weekdays"), default=every_day, blank=True, help_text=_("0 is Monday, 6 is Sunday."))
    window_hours = models.PositiveIntegerField(
        _("too late after (hours)"), default=72, validators=[MinValueValidator(1)]
    )
    reminder_after_days = models.PositiveSmallIntegerField(
        _("remind after (days)"), null=True, blank=True, default=3, help_text=_("Once. Empty: never.")
    )
    date_field = models.CharField(
        _("date of the customer"),
        max_length=80,
        blank=True,
        validators=[RegexValidator(r'^[^"\\]*$', _("A name without quotation marks and backslashes."))],
        help_text=_("An attribute that holds a day, such as renewal_on: 2027-03-01. Empty: the rule waits for events."),
    )
    days_before = models.SmallIntegerField(
        _("days before it"),
        default=30,
        validators=[MinValueValidator(-MOST_DAYS), MaxValueValidator(MOST_DAYS)],
        help_text=_("30 asks thirty days before, 0 on the day, -7 a week after."),
    )
    dates_report = models.JSONField(default=dict, blank=True, editable=False)
    dates_looked_at = models.DateTimeField(null=True, blank=True, editable=False)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = TriggerRuleQuerySet.as_manager()

    class Meta:
        ordering = ["touchpoint", "priority", "pk"]
        verbose_name = _("trigger rule")
        verbose_name_plural = _("trigger rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_have_both_ends",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="rule_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(days_before__range=(-MOST_DAYS, MOST_DAYS)), name="rule_waits_ten_years_at_most"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TriggerCondition(models.Model):
    class Subject(models.TextChoices):
        EVENT = "event", _("event")
        CUSTOMER = "customer", _("customer")

    class Operator(models.TextChoices):
        IS = "is", _("is")
        IS_NOT = "is_not", _("is not")
        ONE_OF = "one_of", _("is one of (comma separated)")
        CONTAINS = "contains", _("contains")
        AT_LEAST = "at_least", _("is at least")
        AT_MOST = "at_most", _("is at most")
        PRESENT = "present", _("is known")
        ABSENT = "absent", _("is not known")

    rule = models.ForeignKey(TriggerRule, models.CASCADE, related_name="conditions", verbose_name=_("rule"))
    subject = models.CharField(_("of the"), max_length=8, choices=Subject, default=Subject.EVENT)
    field = models.CharField(_("field"), max_length=80)
    operator = models.CharField(_("condition"), max_length=10, choices=Operator, default=Operator.IS)
    value = models.CharField(_("value"), max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")

    def __str__(self) -> str:
        return f"{self.subject}.{self.field} {self.operator} {self.value}".strip()
