"""What an hour on each case is worth: value × risk of leaving × what contact changes ÷ time it takes.

Every factor is measured on the own data. One that cannot be told is left out for all cases alike and so moves none of
them; nothing is guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case as Choose
from django.db.models import Exists, ExpressionWrapper, F, FloatField, OuterRef, Q, QuerySet, Sum, Value, When
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from feedback.metrics.figure import Unit
from loop.models import Case, Deed, Severity
from loop.reports.baseline import Verdict
from loop.reports.effect import effect_report
from surveys.models import TouchpointEvent

GONE_AFTER = timedelta(days=90)
LOOK_BACK = timedelta(days=365)
EFFECT_OVER = timedelta(days=180)
FEWEST = 20
HOUR_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Leaving:
    """How many of `n` cases' customers showed no activity within GONE_AFTER; `share` is drawn towards that of all."""

    n: int
    share: float


@dataclass(frozen=True)
class Worth:
    """`leaving` and `minutes` by severity, None where too little is known; `uplift` is a share, 0 to 1."""

    leaving: Mapping[str, Leaving] | None
    minutes: Mapping[str, float] | None
    uplift: float | None

    def rate(self, severity: str) -> float:
        """What one unit of value is worth an hour."""
        risk = self.leaving[severity].share if self.leaving else 1.0
        hours = self.minutes[severity] / HOUR_MINUTES if self.minutes else 1.0
        return risk * (self.uplift or 1.0) / hours

    def reason(self, case: Case) -> str:
        """The factors of one case, in words."""
        value = case.customer.annual_value if case.customer else None
        if value is None:
            return _("Nobody knows what this customer is worth a year.")
        said = [_("%s a year") % number_format(value, decimal_pos=0, use_l10n=True, force_grouping=True)]
        if self.leaving:
            leaving = self.leaving[case.severity]
            share = Unit.PERCENT.text(100 * leaving.share)
            said.append(_("%(share)s leave (n = %(n)d)") % {"share": share, "n": leaving.n})
        if self.uplift:
            said.append(_("contact wins back %s points") % Unit.POINTS.text(100 * self.uplift).lstrip("+"))
        words = " × ".join(said)
        return f"{words} ÷ {_('%d min') % round(self.minutes[case.severity])}" if self.minutes else words

    @property
    def missing(self) -> list[str]:
        """Which factors are left out, as sentences."""
        gaps = [
            (self.leaving, _("Who leaves cannot be told yet: too few cases are older than 90 days.")),
            (self.uplift, _("What contact changes is not measured yet, so it moves no case.")),
            (self.minutes, _("How long cases take is not known: too few minutes were entered.")),
        ]
        return [sentence for known, sentence in gaps if not known]


def measure_worth(*, now: datetime) -> Worth:
    return Worth(leaving=_leaving(now=now), minutes=_minutes(now=now), uplift=_uplift(now=now))


def by_worth(cases: QuerySet[Case], worth: Worth, *, soon: datetime) -> QuerySet[Case]:
    """What runs out before `soon` stays first, whoever it is; then what is worth most; unknown values last."""
    rates = [When(severity=severity, then=Value(worth.rate(severity))) for severity in Severity.values]
    value = ExpressionWrapper(
        F("customer__annual_value") * Choose(*rates, default=Value(0.0), output_field=FloatField()),
        output_field=FloatField(),
    )
    promised = Choose(When(Q(paused_at__isnull=True, next_due_at__lt=soon), then=Value(0)), default=Value(1))
    return cases.annotate(worth=value, promise_first=promised).order_by(
        "promise_first", F("worth").desc(nulls_last=True), F("next_due_at").asc(nulls_last=True), "pk"
    )


def _leaving(*, now: datetime) -> Mapping[str, Leaving] | None:
    """By severity, each drawn towards the share of all as if FEWEST further cases had gone as all did."""
    back = TouchpointEvent.objects.happened().filter(
        customer=OuterRef("customer"),
        occurred_at__gt=OuterRef("opened_at"),
        occurred_at__lte=OuterRef("opened_at") + GONE_AFTER,
    )
    ripe = Case.objects.filter(
        customer__isnull=False, opened_at__gte=now - LOOK_BACK, opened_at__lte=now - GONE_AFTER
    ).annotate(came_back=Exists(back))
    counts = {severity: [0, 0] for severity in Severity.values}
    for severity, came_back in ripe.order_by().values_list("severity", "came_back"):
        counts[severity][0] += not came_back
        counts[severity][1] += 1
    gone, n = (sum(count[place] for count in counts.values()) for place in (0, 1))
    if n < FEWEST:
        return None
    share = gone / n
    return {severity: Leaving(n, (left + FEWEST * share) / (n + FEWEST)) for severity, (left, n) in counts.items()}


def _minutes(*, now: datetime) -> Mapping[str, float] | None:
    """Minutes of a whole case by severity; of all cases where a severity has few."""
    timed = Deed.objects.filter(minutes__isnull=False, at__gte=now - LOOK_BACK).order_by()
    sums = timed.values("case", "case__severity").annotate(total=Sum("minutes"))
    totals: dict[str, list[int]] = {severity: [] for severity in Severity.values}
    for row in sums:
        totals[row["case__severity"]].append(row["total"])
    everything = [total for group in totals.values() for total in group]
    if len(everything) < FEWEST:
        return None
    return {severity: _mean(group if len(group) >= FEWEST else everything) for severity, group in totals.items()}


def _mean(totals: list[int]) -> float:
    return max(sum(totals) / len(totals), 1.0)


def _uplift(*, now: datetime) -> float | None:
    """What contact won back beyond what comes back by itself; None unless it clearly helped."""
    for kind in ("csat", "nps", "ces"):
        comparison = effect_report(start=now - EFFECT_OVER, end=now, kind=kind).comparison
        if comparison.verdict is Verdict.HELPED:
            return comparison.uplift
    return None
