from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from feedback.metrics.catalogue import Cadence, Direction
from feedback.metrics.figure import Unit
from vocplatform.lib.models import Timestamped

UNITS = [
    (Unit.POINTS, _("points")),
    (Unit.PERCENT, _("percent")),
    (Unit.SCORE, _("score")),
    (Unit.HOURS, _("hours")),
    (Unit.SECONDS, _("seconds")),
    (Unit.MONEY, _("money")),
]
DIRECTIONS = [(Direction.UP, _("high is good")), (Direction.DOWN, _("low is good"))]
CADENCES = [
    (Cadence.EACH, _("after each contact")),
    (Cadence.WEEK, _("weekly")),
    (Cadence.MONTH, _("monthly")),
    (Cadence.QUARTER, _("quarterly")),
]


class MetricDefinition(Timestamped):
    """What one metric is for, and from where on it is good, watched or acted on. The formula itself is code."""

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    formula = models.CharField(_("formula"), max_length=300, blank=True)
    formula_version = models.PositiveSmallIntegerField(_("version of the formula"), default=1)
    unit = models.CharField(_("unit"), max_length=8, choices=UNITS)
    direction = models.CharField(_("direction"), max_length=4, choices=DIRECTIONS, default=Direction.UP)
    target = models.FloatField(_("target"), null=True, blank=True, help_text=_("From here on it is met."))
    watch_at = models.FloatField(
        _("watch past"), null=True, blank=True, help_text=_("Past this it is watched. Empty: past the target.")
    )
    act_at = models.FloatField(
        _("act past"),
        null=True,
        blank=True,
        help_text=_("When the whole interval lies past this in two windows in a row, an investigation is opened."),
    )
    benchmark_low = models.FloatField(_("usual from"), null=True, blank=True)
    benchmark_high = models.FloatField(_("usual to"), null=True, blank=True)
    cadence = models.CharField(_("looked at"), max_length=8, choices=CADENCES, default=Cadence.MONTH)
    minimum_n = models.PositiveIntegerField(
        _("minimum n"),
        default=10,
        validators=[MinValueValidator(1)],
        help_text=_("With fewer than this the platform says that it cannot tell, and never alerts."),
    )
    window_days = models.PositiveSmallIntegerField(
        _("days in a window"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(92)],
        help_text=_("Alerts compare windows of this length. Whole weeks keep weekdays from looking like news."),
    )
    assumption = models.FloatField(
        _("assumption"),
        null=True,
        blank=True,
        help_text=_(
            "What the formula needs and nobody measures: for the lifetime value the margin in percent, for the service "
            "level the seconds within which a contact should be answered."
        ),
    )
    watches_touchpoints = models.BooleanField(
        _("alerts per touchpoint"),
        default=True,
        help_text=_("Only metrics made from answers are known per touchpoint."),
    )
    is_active = models.BooleanField(_("shown"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "key"]
        verbose_name = _("metric")
        verbose_name_plural = _("metrics")
        constraints = [
            models.CheckConstraint(condition=Q(minimum_n__gte=1), name="metric_needs_at_least_one"),
            models.CheckConstraint(
                condition=Q(act_at=None)
                | Q(target=None)
                | Q(direction=Direction.UP, act_at__lte=F("target"))
                | Q(direction=Direction.DOWN, act_at__gte=F("target")),
                name="metric_acts_on_the_bad_side_of_its_target",
            ),
            models.CheckConstraint(
                condition=Q(benchmark_low=None) | Q(benchmark_high=None) | Q(benchmark_low__lte=F("benchmark_high")),
                name="metric_usual_range_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Benchmark(Timestamped):
    """What somebody else measured, as the user entered it: worth no more than its source."""

    metric = models.ForeignKey(MetricDefinition, models.CASCADE, related_name="benchmarks", verbose_name=_("metric"))
    value = models.FloatField(_("value"))
    n = models.PositiveIntegerField(
        _("n"), null=True, blank=True, validators=[MinValueValidator(1)], help_text=_("Empty: then it has no interval.")
    )
    standard_deviation = models.FloatField(
        _("standard deviation"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("For means; without it only shares and net scores get an interval."),
    )
    source = models.CharField(_("source"), max_length=200, help_text=_("Who says so, and about whom."))
    source_url = models.URLField(_("address of the source"), blank=True)
    published_on = models.DateField(_("as of"))

    class Meta:
        ordering = ["metric", "-published_on", "pk"]
        verbose_name = _("benchmark")
        verbose_name_plural = _("benchmarks")
        constraints = [
            models.CheckConstraint(condition=Q(n=None) | Q(n__gte=1), name="benchmark_n_counts_somebody"),
            models.CheckConstraint(condition=~Q(source=""), name="benchmark_says_who_says_so"),
        ]

    def __str__(self) -> str:
        return f"{self.metric}: {self.value:g}, {self.source}"
