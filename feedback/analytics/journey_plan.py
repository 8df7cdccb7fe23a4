"""Today's journey beside the one it should become: what stays, what changes, what is new and what goes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from surveys.models import Journey, Stage, Touchpoint

COMPARED = (
    "name",
    "channel",
    "owner_team_id",
    "is_moment_of_truth",
    "functional_need",
    "emotional_need",
    "front_stage",
    "back_stage",
    "systems",
)


class Fate(StrEnum):
    STAYS = "stays"
    CHANGES = "changes"
    NEW = "new"
    GOES = "goes"

    @property
    def text(self) -> str:
        return _FATES[self]


_FATES = {Fate.STAYS: _("stays"), Fate.CHANGES: _("changes"), Fate.NEW: _("new"), Fate.GOES: _("goes")}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is to be otherwise."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Step:
    """A touchpoint of today, of tomorrow, or both; `differences` only where both are there."""

    fate: Fate
    today: Touchpoint | None
    tomorrow: Touchpoint | None
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class StageSteps:
    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class JourneyPlan:
    today: Journey
    tomorrow: Journey
    stages: tuple[StageSteps, ...]

    def count(self, fate: Fate) -> int:
        return sum(step.fate is fate for stage in self.stages for step in stage.steps)

    @property
    def counts(self) -> list[tuple[Fate, int]]:
        return [(fate, self.count(fate)) for fate in Fate]


def plan_of(journey: Journey) -> JourneyPlan | None:
    """Whichever of the two is asked for; None where there is nothing to lay beside it."""
    today, tomorrow = journey.follows, journey
    if today is None:
        today, tomorrow = journey, journey.plans.order_by("-pk").first()
    if tomorrow is None:
        return None
    before, after = (list(each.stages.prefetch_related("touchpoints__owner_team")) for each in (today, tomorrow))
    successors = {each.replaces_id: each for stage in after for each in stage.touchpoints.all() if each.replaces_id}
    known = {each.pk: each for stage in before for each in stage.touchpoints.all()}
    stages = tuple(_stage(name, old, new, known, successors) for name, old, new in _side_by_side(before, after))
    return JourneyPlan(today, tomorrow, stages)


def _side_by_side(before: Sequence[Stage], after: Sequence[Stage]) -> Iterable[tuple[str, Stage | None, Stage | None]]:
    """Stages by their short name, in tomorrow's order; those that go stand behind."""
    old = {stage.slug: stage for stage in before}
    for stage in after:
        yield stage.name, old.pop(stage.slug, None), stage
    for stage in old.values():
        yield stage.name, stage, None


def _stage(
    name: str, old: Stage | None, new: Stage | None, known: dict[int, Touchpoint], successors: dict[int, Touchpoint]
) -> StageSteps:
    planned = [_planned(each, known) for each in new.touchpoints.all()] if new else []
    going = [
        Step(Fate.GOES, each, None) for each in (old.touchpoints.all() if old else ()) if each.pk not in successors
    ]
    return StageSteps(name, (*planned, *going))


def _planned(tomorrow: Touchpoint, known: dict[int, Touchpoint]) -> Step:
    today = known.get(tomorrow.replaces_id)
    if today is None:
        return Step(Fate.NEW, None, tomorrow)
    differences = tuple(_differences(today, tomorrow))
    return Step(Fate.CHANGES if differences else Fate.STAYS, today, tomorrow, differences)


def _differences(today: Touchpoint, tomorrow: Touchpoint) -> Iterable[Difference]:
    for name in COMPARED:
        if getattr(today, name) != getattr(tomorrow, name):
            field = Touchpoint._meta.get_field(name.removesuffix("_id"))
            yield Difference(str(field.verbose_name), _words(today, field.name), _words(tomorrow, field.name))


def _words(touchpoint: Touchpoint, name: str) -> str:
    shown = getattr(touchpoint, f"get_{name}_display", None)
    value = shown() if shown else getattr(touchpoint, name)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return str(value or "–")
