from dataclasses import dataclass

from django.utils.functional import Promise

Words = str | Promise

# The road every customer walks, whatever a journey calls its stages; packs put their touchpoints on it.
PHASES = ("discover", "consider", "buy", "start", "use", "stay")


@dataclass(frozen=True, slots=True)
class TouchpointPlan:
    slug: str
    name: Words
    phase: str
    channel: str
    functional_need: Words = ""
    emotional_need: Words = ""
    is_moment_of_truth: bool = False


@dataclass(frozen=True, slots=True)
class StagePlan:
    slug: str
    name: Words
    description: Words
    phases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JourneyPlan:
    key: str
    name: Words
    description: Words
    stages: tuple[StagePlan, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """What one industry's customers go through."""

    key: str
    name: Words
    description: Words
    touchpoints: tuple[TouchpointPlan, ...]


@dataclass(frozen=True, slots=True)
class QuestionPlan:
    """`show_if` is (question key, operator, value)."""

    key: str
    kind: str
    text: Words
    is_required: bool = False
    page: int = 1
    choices: tuple[tuple[str, Words], ...] = ()
    show_if: tuple[str, str, str] | None = None
    low_label: Words = ""
    high_label: Words = ""
    help_text: Words = ""


@dataclass(frozen=True, slots=True)
class SurveyPlan:
    """`advice` tells the designer when this one is right and what must stay as it is."""

    key: str
    name: Words
    advice: Words
    title: Words
    introduction: Words
    thanks_title: Words
    thanks_text: Words
    questions: tuple[QuestionPlan, ...]
    purpose: str = "cx"
