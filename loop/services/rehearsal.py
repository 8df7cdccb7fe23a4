"""What a case rule would have done: the same facts, rules and order as triage, over answers that are there already."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from feedback.models import Response
from loop.models import TriageRule
from loop.rules.facts import facts_of
from loop.rules.match import Rule, first_match
from loop.services.intake import SAME_MATTER
from loop.services.seen import active_rules, plain, see, with_everything_seen
from surveys.models import Survey

MOST_ANSWERS = 10_000
CHUNK = 500
EXAMPLES = 10
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Rehearsal:
    """Over `answers` answers from `start` to `end`: the rule would have spoken `spoken` times and opened `cases` cases.

    The difference joined a case of the same customer at the same touchpoint. `taken_over` were spoken for by another
    rule, `people` are those who would have shared the work; None: nobody's team.
    """

    start: datetime
    end: datetime
    answers: int
    spoken: int
    cases: int
    taken_over: int
    people: int | None
    examples: Sequence[int]

    @property
    def cases_per_week(self) -> float:
        return self.cases / max((self.end - self.start) / WEEK, 1e-9)

    @property
    def cases_per_person_and_week(self) -> float | None:
        return self.cases_per_week / self.people if self.people else None

    def __str__(self) -> str:
        numbers = {
            "start": f"{self.start:%Y-%m-%d}",
            "end": f"{self.end:%Y-%m-%d}",
            "cases": self.cases,
            "spoken": self.spoken,
            "answers": self.answers,
            "per_week": f"{self.cases_per_week:.1f}",
            "taken_over": self.taken_over,
        }
        if not self.answers:
            return _("There are no answers from %(start)s to %(end)s to try this rule on.") % numbers
        said = _(
            "From %(start)s to %(end)s this rule would have opened %(cases)d cases for %(spoken)d of %(answers)d "
            "answers, %(per_week)s a week."
        )
        if self.taken_over:
            said += " " + _("%(taken_over)d of these answers have a case by another rule today.")
        return f"{said % numbers} {self._shared()}".strip()

    def _shared(self) -> str:
        if not self.cases:
            return ""
        if self.people is None:
            return _("Nobody would get them: neither the rule nor the touchpoints name a team with members.")
        share = {"people": self.people, "each": f"{self.cases_per_person_and_week:.1f}"}
        return _("%(people)d people would share them, %(each)s a week each.") % share


def rehearse_rule(rule_id: int, *, days: int = 30, now: datetime) -> Rehearsal:
    """For a saved rule, active or not, in its place among the active ones."""
    rule = (
        TriageRule.objects.select_related("survey", "touchpoint", "team").prefetch_related("conditions").get(pk=rule_id)
    )
    start = now - timedelta(days=days)
    answers = history(start=start, end=now)
    spoken, looked_at, taken_over, opened = [], 0, 0, _Opened()
    for response, speaker in spoken_for(answers, in_order(rule)):
        looked_at += 1
        if speaker is None or speaker.pk != rule.pk:
            continue
        spoken.append(response)
        taken_over += response.case_rule_id not in (None, rule.pk)
        opened.take(response)
    return Rehearsal(
        start=start,
        end=now,
        answers=looked_at,
        spoken=len(spoken),
        cases=opened.cases,
        taken_over=taken_over,
        people=_people(rule, spoken),
        examples=[response.pk for response in spoken[-EXAMPLES:]],
    )


def history(*, start: datetime, end: datetime) -> QuerySet[Response]:
    """The newest MOST_ANSWERS scored answers that triage would ask rules about, oldest first."""
    scored = Response.objects.complete().filter(scored_at__isnull=False, is_test=False, is_flagged=False)
    asked = scored.filter(submitted_at__gte=start, submitted_at__lt=end).exclude(
        survey__purpose__in=[Survey.Purpose.RESEARCH, Survey.Purpose.RECOVERY]
    )
    newest = asked.order_by("-submitted_at", "-pk").values("pk")[:MOST_ANSWERS]
    return Response.objects.filter(pk__in=newest).order_by("submitted_at", "pk")


class _Opened:
    """Counts cases as triage does: who is let down again in the same place within SAME_MATTER makes no second case."""

    def __init__(self) -> None:
        self.cases = 0
        self._last: dict[tuple, datetime] = {}

    def take(self, response: Response) -> None:
        matter = (response.customer_id, response.touchpoint_id)
        last = self._last.get(matter) if response.customer_id else None
        if last is None or response.submitted_at - last > SAME_MATTER:
            self.cases += 1
        self._last[matter] = response.submitted_at


def in_order(rule: TriageRule) -> list[Rule]:
    others = [other for other in active_rules().values() if other.pk != rule.pk]
    return [plain(each) for each in sorted([*others, rule], key=lambda each: (each.position, each.pk))]


def spoken_for(answers: QuerySet[Response], rules: Sequence[Rule]) -> Iterator[tuple[Response, Rule | None]]:
    seen = with_everything_seen(answers).select_related("triage__case")
    for response in seen.iterator(chunk_size=CHUNK):
        triage = getattr(response, "triage", None)
        response.case_rule_id = triage.case.rule_id if triage and triage.case else None
        yield response, first_match(rules, facts_of(see(response)))


def _people(rule: TriageRule, spoken: Sequence[Response]) -> int | None:
    teams = {rule.team} if rule.team else {r.touchpoint.owner_team for r in spoken if r.touchpoint} - {None}
    members = {pk for team in teams for pk in team.members.filter(is_active=True).values_list("pk", flat=True)}
    return len(members) or None
