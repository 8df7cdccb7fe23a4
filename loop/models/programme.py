from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vocplatform.lib.models import Timestamped

ONLY_ROW = 1
BANDS = ("customers", "value", "margin", "lift", "cost", "ratio", "profit")
SHARE = [MinValueValidator(0), MaxValueValidator(100)]


class Objective(Timestamped):
    """A number that we want to move by a day, and from where: raise retention from 80 to 83 %."""

    class MetricKey(models.TextChoices):
        RETENTION = "retention", _("retention")
        CSAT = "csat", "CSAT"

    name = models.CharField(_("name"), max_length=120, unique=True)
    metric = models.CharField(_("metric"), max_length=10, choices=MetricKey, default=MetricKey.RETENTION)
    baseline = models.FloatField(_("from (%)"), validators=SHARE)
    target = models.FloatField(_("to (%)"), validators=SHARE)
    starts_on = models.DateField(_("begins on"))
    deadline_on = models.DateField(_("reached by"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )

    class Meta:
        ordering = ["deadline_on", "pk"]
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        constraints = [
            models.CheckConstraint(
                condition=Q(baseline__gte=0, baseline__lte=100, target__gte=0, target__lte=100),
                name="objective_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(target__gt=F("baseline")),
                name="objective_lies_above_its_baseline",
                violation_error_message=_("The aim must lie above where we are."),
            ),
            models.CheckConstraint(
                condition=Q(deadline_on__gt=F("starts_on")),
                name="objective_ends_after_it_begins",
                violation_error_message=_("The deadline lies after the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("loop:objective", args=[self.pk])


class ProgrammeStep(Timestamped):
    """What somebody said about one item of the twelve-month list; what rows show needs no row here."""

    key = models.SlugField(_("item"), max_length=40, unique=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    evidence = models.URLField(_("evidence"), blank=True, help_text=_("Where the paper, plan or record is kept."))
    note = models.CharField(_("note"), max_length=300, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["key"]
        verbose_name = _("step of the programme")
        verbose_name_plural = _("steps of the programme")

    def __str__(self) -> str:
        return self.key


class ReturnAssumptions(Timestamped):
    """What the programme costs and what better retention is worth, each as a band from cautious to hopeful."""

    customers_low = models.PositiveIntegerField(_("customers, at least"), default=1000)
    customers_high = models.PositiveIntegerField(_("customers, at most"), default=1000)
    value_low = models.FloatField(_("yearly value of a customer, at least"), default=100, validators=SHARE[:1])
    value_high = models.FloatField(_("yearly value of a customer, at most"), default=150, validators=SHARE[:1])
    margin_low = models.FloatField(_("margin (%), at least"), default=20, validators=SHARE)
    margin_high = models.FloatField(_("margin (%), at most"), default=40, validators=SHARE)
    lift_low = models.FloatField(_("points of retention gained, at least"), default=0, validators=SHARE)
    lift_high = models.FloatField(_("points of retention gained, at most"), default=3, validators=SHARE)
    cost_low = models.FloatField(_("yearly cost, at least"), default=5000, validators=SHARE[:1])
    cost_high = models.FloatField(_("yearly cost, at most"), default=10000, validators=SHARE[:1])
    ratio_low = models.FloatField(
        _("winning costs so many times keeping, at least"),
        null=True,
        blank=True,
        validators=SHARE[:1],
        help_text=_("Published: 5, and 6 to 7. Empty: not assumed."),
    )
    ratio_high = models.FloatField(
        _("winning costs so many times keeping, at most"), null=True, blank=True, validators=SHARE[:1]
    )
    profit_low = models.FloatField(
        _("profit (%) gained by 5 points of retention, at least"), default=25, validators=SHARE[:1]
    )
    profit_high = models.FloatField(
        _("profit (%) gained by 5 points of retention, at most"), default=95, validators=SHARE[:1]
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("assumptions about the return")
        verbose_name_plural = _("assumptions about the return")
        constraints = [
            models.CheckConstraint(condition=Q(pk=ONLY_ROW), name="return_rests_on_one_set_of_assumptions"),
            models.CheckConstraint(
                condition=Q(ratio_low__isnull=True, ratio_high__isnull=True)
                | Q(ratio_low__isnull=False, ratio_high__isnull=False),
                name="return_band_of_ratio_has_both_ends",
                violation_error_message=_("Give both ends of the band, or neither."),
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}_high__gte": F(f"{name}_low")}),
                    name=f"return_band_of_{name}_is_in_order",
                    violation_error_message=_("The most cannot be less than the least."),
                )
                for name in BANDS
            ),
        ]

    def __str__(self) -> str:
        return str(_("assumptions about the return"))
