"""Which arm of a playbook works: what was drawn against what came of it, at looks that were fixed beforehand.

A look takes the first cases in the order of their draw, and takes place when the last of them has had its days. So the
figures do not depend on when somebody opens the page, and opening it often fools nobody.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, Sum

from loop.models import Arm, Case, CaseEvent, Deed, Placement, Playbook
from loop.reports.effect import scores_of
from loop.services.playbooks import planned
from loop.trial.estimate import Effect, Tally, mean_effect, share_effect
from loop.trial.planning import ERROR_RATE
from loop.trial.spending import LOOKS, confidence_at, look_fractions
from loop.trial.verdict import Verdict, verdict_on
from surveys.models import TouchpointEvent
from vocplatform.lib.stats import Moments

FOLLOW_UP = timedelta(days=90)
PACE_OVER = timedelta(days=90)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Drawn:
    """One case as chance placed it; what is not known yet, or of nobody, is None."""

    case_id: int
    customer_id: int | None
    arm_id: int
    stratum: str
    placed_at: datetime
    is_confirmed: bool
    later_score: float | None = None
    was_active: bool | None = None


@dataclass(frozen=True)
class ArmLine:
    """`changed`: staff did something else; `left_out`: opted out after the draw. Both count where they were drawn."""

    arm: Arm
    drawn: int
    changed: int
    left_out: int
    minutes: int
    cost: float
    deeds: int


@dataclass(frozen=True)
class Comparison:
    """One arm against the compared one; n counts who has an outcome, of `asked` who were drawn for this look."""

    n: int
    other_n: int
    asked: int
    other_asked: int
    effect: Effect | None


@dataclass(frozen=True)
class Contrast:
    """`largest` is the greatest difference, up or down, that the look has not ruled out; shares from 0 to 1."""

    arm: Arm
    confirmed: Comparison
    score: Comparison
    activity: Comparison
    verdict: Verdict

    @property
    def largest(self) -> float | None:
        interval = self.confirmed.effect and self.confirmed.effect.interval
        return max(abs(interval.low), abs(interval.high)) if interval else None


@dataclass(frozen=True)
class Look:
    """`number` counts from 1; `cases` is how many it takes in."""

    number: int
    cases: int
    confidence: float
    is_last: bool


@dataclass(frozen=True)
class TrialReport:
    playbook: Playbook
    compared: Arm | None
    arms: Sequence[ArmLine]
    planned_per_arm: int
    drawn: int
    look: Look | None
    next_look: Look | None
    contrasts: Sequence[Contrast]
    opted_out_before: int
    per_week: float
    weeks_to_go: float | None

    @property
    def planned_in_all(self) -> int:
        return self.planned_per_arm * len([line for line in self.arms if not line.arm.is_owed])

    @property
    def is_over(self) -> bool:
        """A clear difference was found, or every look has been taken."""
        found = any(contrast.verdict.is_over for contrast in self.contrasts)
        return self.look is not None and (found or self.look.is_last)


def trial_report(playbook: Playbook, *, now: datetime) -> TrialReport:
    arms = list(playbook.arms.all())
    compared = next((arm for arm in arms if arm.is_comparison), None)
    others = [arm for arm in arms if not arm.is_comparison and not arm.is_owed]
    per_arm = playbook.planned_per_arm or (planned(playbook) if others else 0)
    drawn = _drawn(playbook)
    looks = _looks(per_arm * (len(others) + 1), comparisons=max(len(others), 1))
    taken = [look for look in looks if _is_due(look, drawn, playbook, now)]
    look = _where_it_ended(playbook, taken, drawn, others, compared) if compared else None
    per_week = _per_week(playbook, now=now)
    return TrialReport(
        playbook=playbook,
        compared=compared,
        arms=_arm_lines(playbook, arms),
        planned_per_arm=per_arm,
        drawn=len(drawn),
        look=look,
        next_look=next((each for each in looks if look is None or each.number > look.number), None),
        contrasts=_contrasts(playbook, look, drawn, others, compared, now=now) if look and compared else [],
        opted_out_before=playbook.placements.filter(arm__isnull=True).count(),
        per_week=per_week,
        weeks_to_go=max(per_arm * (len(others) + 1) - len(drawn), 0) / per_week if per_week else None,
    )


def _looks(in_all: int, *, comparisons: int) -> list[Look]:
    """Arms that are measured against the same one share the error rate."""
    error_rate = ERROR_RATE / comparisons
    return [
        Look(
            number=position + 1,
            cases=math.ceil(fraction * in_all),
            confidence=confidence_at(position, error_rate=error_rate),
            is_last=position + 1 == LOOKS,
        )
        for position, fraction in enumerate(look_fractions())
    ]


def _is_due(look: Look, drawn: Sequence[Drawn], playbook: Playbook, now: datetime) -> bool:
    wait = timedelta(days=playbook.outcome_days)
    return 0 < look.cases <= len(drawn) and drawn[look.cases - 1].placed_at + wait <= now


def _where_it_ended(
    playbook: Playbook, taken: Sequence[Look], drawn: Sequence[Drawn], others: Sequence[Arm], compared: Arm
) -> Look | None:
    """The last look, or the first one at which a difference was clear: later ones must not undo it."""
    for look in taken:
        cases = drawn[: look.cases]
        for arm in others:
            effect = _confirmed(cases, arm, compared, look).effect
            if _verdict(playbook, effect, look).is_over:
                return look
    return taken[-1] if taken else None


def _verdict(playbook: Playbook, effect: Effect | None, look: Look) -> Verdict:
    worth_finding = playbook.difference_points / 100
    return verdict_on(effect and effect.interval, is_last=look.is_last, worth_finding=worth_finding)


def _contrasts(
    playbook: Playbook,
    look: Look,
    drawn: Sequence[Drawn],
    others: Sequence[Arm],
    compared: Arm,
    *,
    now: datetime,
) -> Sequence[Contrast]:
    cases = _with_later(playbook, drawn[: look.cases], now=now)
    return [_contrast(playbook, look, cases, arm, compared) for arm in others]


def _contrast(playbook: Playbook, look: Look, cases: Sequence[Drawn], arm: Arm, compared: Arm) -> Contrast:
    confirmed = _confirmed(cases, arm, compared, look)
    return Contrast(
        arm=arm,
        confirmed=confirmed,
        score=_compared(cases, arm, compared, "later_score", _score_effect(look)),
        activity=_compared(cases, arm, compared, "was_active", _share_effect(look)),
        verdict=_verdict(playbook, confirmed.effect, look),
    )


def _confirmed(cases: Sequence[Drawn], arm: Arm, compared: Arm, look: Look) -> Comparison:
    return _compared(cases, arm, compared, "is_confirmed", _share_effect(look))


def _compared(cases: Sequence[Drawn], arm: Arm, compared: Arm, outcome: str, effect_of) -> Comparison:
    groups: dict[str, tuple[list, list]] = {}
    asked = [0, 0]
    for case in cases:
        if case.arm_id not in (arm.pk, compared.pk):
            continue
        side = int(case.arm_id == compared.pk)
        asked[side] += 1
        value = getattr(case, outcome)
        if value is not None:
            groups.setdefault(case.stratum, ([], []))[side].append(value)
    strata = list(groups.values())
    n, other_n = (sum(len(stratum[side]) for stratum in strata) for side in (0, 1))
    return Comparison(n, other_n, asked[0], asked[1], effect_of(strata))


def _share_effect(look: Look):
    def effect_of(strata: Sequence[tuple[list[bool], list[bool]]]) -> Effect | None:
        tallies = [(Tally(sum(mine), len(mine)), Tally(sum(other), len(other))) for mine, other in strata]
        return share_effect(tallies, confidence=look.confidence)

    return effect_of


def _score_effect(look: Look):
    def effect_of(strata: Sequence[tuple[list[float], list[float]]]) -> Effect | None:
        moments = [(_moments(mine), _moments(other)) for mine, other in strata]
        return mean_effect(moments, confidence=look.confidence)

    return effect_of


def _moments(values: Sequence[float]) -> Moments | None:
    return Moments.of({value: values.count(value) for value in set(values)})


def _drawn(playbook: Playbook) -> list[Drawn]:
    """In the order of the draw, each with its first outcome."""
    rows = playbook.placements.drawn().order_by("placed_at", "pk")
    confirmed = _status_at_readout(playbook)
    return [
        Drawn(case_id, customer_id, arm_id, stratum, placed_at, confirmed.get(case_id) == Case.Status.CONFIRMED)
        for case_id, customer_id, arm_id, stratum, placed_at in rows.values_list(
            "case_id", "customer_id", "arm_id", "stratum", "placed_at"
        )
    ]


def _status_at_readout(playbook: Playbook) -> Mapping[int, str]:
    """Where each case stood when its days were over. What happened afterwards changes no look."""
    wait = timedelta(days=playbook.outcome_days)
    moves = CaseEvent.objects.filter(case__placement__playbook=playbook).exclude(went_to="").order_by("at", "pk")
    rows = moves.values_list("case_id", "at", "went_to", "case__placement__placed_at")
    return {case_id: went_to for case_id, at, went_to, placed_at in rows if at <= placed_at + wait}


def _with_later(playbook: Playbook, cases: Sequence[Drawn], *, now: datetime) -> list[Drawn]:
    """Add the next score and whether the customer was active, for those whose FOLLOW_UP is over."""
    ripe = {case.customer_id: case for case in cases if case.customer_id and case.placed_at + FOLLOW_UP <= now}
    scores, active = _later_scores(playbook, ripe), _active(playbook, ripe)
    return [
        case
        if case.customer_id not in ripe
        else Drawn(
            case.case_id,
            case.customer_id,
            case.arm_id,
            case.stratum,
            case.placed_at,
            case.is_confirmed,
            scores.get(case.customer_id),
            case.customer_id in active,
        )
        for case in cases
    ]


def _later_scores(playbook: Playbook, ripe: Mapping[int, Drawn]) -> Mapping[int, float]:
    """Each customer's first score of the playbook's kind after the draw, within FOLLOW_UP."""
    if not ripe:
        return {}
    customers = playbook.placements.drawn().values("customer")
    rows = scores_of(playbook.score_kind).filter(submitted_at__gt=playbook.started_at, customer__in=customers)
    scores: dict[int, float] = {}
    for customer_id, at, number in rows.values_list("customer_id", "submitted_at", "number"):
        case = ripe.get(customer_id)
        if case is not None and case.placed_at < at <= case.placed_at + FOLLOW_UP:
            scores.setdefault(customer_id, number)
    return scores


def _active(playbook: Playbook, ripe: Mapping[int, Drawn]) -> set[int]:
    if not ripe:
        return set()
    customers = playbook.placements.drawn().values("customer")
    events = TouchpointEvent.objects.happened().filter(customer__in=customers, occurred_at__gt=playbook.started_at)
    return {
        customer_id
        for customer_id, at in events.values_list("customer_id", "occurred_at")
        if customer_id in ripe and ripe[customer_id].placed_at < at <= ripe[customer_id].placed_at + FOLLOW_UP
    }


def _arm_lines(playbook: Playbook, arms: Sequence[Arm]) -> Sequence[ArmLine]:
    counts = {
        row["arm"]: row
        for row in Placement.objects.filter(playbook=playbook, arm__isnull=False)
        .order_by()
        .values("arm")
        .annotate(
            drawn=Count("pk"),
            changed=Count("pk", filter=Q(given_arm__isnull=False)),
            left_out=Count("pk", filter=Q(opted_out_at__isnull=False)),
        )
    }
    deeds = {
        row["case__placement__arm"]: row
        for row in Deed.objects.filter(case__placement__playbook=playbook)
        .order_by()
        .values("case__placement__arm")
        .annotate(deeds=Count("pk"), minutes=Sum("minutes"), cost=Sum("cost"))
    }
    return [_arm_line(arm, counts.get(arm.pk, {}), deeds.get(arm.pk, {})) for arm in arms]


def _arm_line(arm: Arm, count: Mapping, done: Mapping) -> ArmLine:
    return ArmLine(
        arm=arm,
        drawn=count.get("drawn", 0),
        changed=count.get("changed", 0),
        left_out=count.get("left_out", 0),
        minutes=done.get("minutes") or 0,
        cost=float(done.get("cost") or 0),
        deeds=done.get("deeds", 0),
    )


def _per_week(playbook: Playbook, *, now: datetime) -> float:
    """How many cases a week would have fitted lately, or did."""
    if playbook.started_at is not None:
        weeks = max((playbook.stopped_at or now) - playbook.started_at, WEEK) / WEEK
        return playbook.placements.drawn().count() / weeks
    return Case.objects.like(playbook).filter(opened_at__gte=now - PACE_OVER, opened_at__lt=now).count() / (
        PACE_OVER / WEEK
    )
