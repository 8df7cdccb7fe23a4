"""How cases ended, as staff named it, and whether it lasted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import Count, Q, QuerySet

from loop.models import Case, CaseEvent, Outcome, Status
from vocplatform.lib.stats import Interval, wilson_interval

By = Literal["cause", "outcome"]


@dataclass(frozen=True)
class Share:
    """Of `n`; shares from 0 to 1."""

    count: int
    n: int

    @property
    def value(self) -> float | None:
        return self.count / self.n if self.n else None

    @property
    def interval(self) -> Interval | None:
        return wilson_interval(self.count, self.n)


@dataclass(frozen=True)
class OutcomeLine:
    """`share` is of all cases with an outcome, `confirmed` of its own cases, `reopened` of those of them once resolved.

    A case counts for the outcome that was named last.
    """

    outcome: Outcome
    share: Share
    confirmed: Share
    reopened: Share


@dataclass(frozen=True)
class OutcomeReport:
    """`only_words` cases were resolved before there was a list to choose from."""

    cases: int
    only_words: int
    lines: Sequence[OutcomeLine]


def outcome_report(cases: QuerySet[Case]) -> OutcomeReport:
    cases = cases.exclude(status=Status.DUPLICATE)
    counted = Count("pk"), Count("pk", filter=Q(status=Status.CONFIRMED))
    rows = cases.filter(outcome__isnull=False).order_by().values_list("outcome").annotate(n=counted[0], yes=counted[1])
    found = {pk: (n, confirmed) for pk, n, confirmed in rows}
    total = sum(n for n, _confirmed in found.values())
    resolved, again = ever_resolved(cases, by="outcome"), opened_again(cases, by="outcome")
    lines = [
        OutcomeLine(
            outcome,
            share=Share(found[outcome.pk][0], total),
            confirmed=Share(found[outcome.pk][1], found[outcome.pk][0]),
            reopened=Share(again.get(outcome.pk, 0), resolved.get(outcome.pk, 0)),
        )
        for outcome in Outcome.objects.filter(pk__in=found)
    ]
    return OutcomeReport(
        cases=total,
        only_words=cases.filter(outcome__isnull=True).exclude(outcome_note="").count(),
        lines=sorted(lines, key=lambda line: -line.share.count),
    )


def ever_resolved(cases: QuerySet[Case], *, by: By) -> Mapping[int, int]:
    """Cause or outcome -> how many of its cases were ever resolved."""
    return _counted(cases, by, went_to=Status.RESOLVED)


def opened_again(cases: QuerySet[Case], *, by: By) -> Mapping[int, int]:
    """Of those, how many had to be opened again."""
    return _counted(cases, by, went_to=Status.REOPENED, came_from__in=[Status.RESOLVED, Status.CONFIRMED])


def _counted(cases: QuerySet[Case], by: By, **moved: object) -> Mapping[int, int]:
    lines = CaseEvent.objects.filter(case__in=cases.order_by().values("pk"), **moved)
    named = lines.filter(**{f"case__{by}__isnull": False}).order_by()
    return dict(named.values_list(f"case__{by}").annotate(cases=Count("case", distinct=True)))
