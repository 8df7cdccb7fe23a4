"""What one page asks one person: the template draws it, and what comes back is read against it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from surveys.definition.flow import Answers, Value, previous_page, shown, still_possible
from surveys.definition.kinds import Shape
from surveys.definition.schema import DefinedQuestion, Definition
from surveys.forms.reading import ReadAnswers, read_answers, wanted

PREFIX = "q_"


@dataclass(frozen=True, slots=True)
class Option:
    """One radio button or check box. `words` belong to the ends of a scale and are part of the option's name."""

    value: str
    text: str
    field_id: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    question: DefinedQuestion
    options: tuple[Option, ...]

    @property
    def key(self) -> str:
        return self.question.key

    @property
    def name(self) -> str:
        return PREFIX + self.question.key

    @property
    def field_id(self) -> str:
        """Where a link to this question lands: its first control."""
        return self.options[0].field_id if self.options else f"q-{self.question.key}"

    @property
    def look(self) -> str:
        """Which partial draws it."""
        if self.question.kind == "yes_no":
            return "yes_no"
        return {Shape.NUMBER: "scale", Shape.KEY: "one", Shape.KEYS: "several", Shape.WORDS: "words"}[
            self.question.nature.shape
        ]

    @property
    def low(self) -> Option:
        return self.options[0]

    @property
    def high(self) -> Option:
        return self.options[-1]


@dataclass(frozen=True, slots=True)
class AskedPage:
    """`first` and `total` count questions on this person's path; `total` is a ceiling while answers may shorten it."""

    number: int
    questions: tuple[Asked, ...]
    first: int
    total: int
    total_is_ceiling: bool
    previous: int | None
    following: int | None

    @property
    def last(self) -> int:
        return self.first + len(self.questions) - 1

    @property
    def is_whole_survey(self) -> bool:
        return self.previous is None and self.following is None

    @property
    def progress(self) -> str:
        """ "Question 2 of 3"; nothing for a survey that fits on one page."""
        if self.is_whole_survey:
            return ""
        numbers = {"first": self.first, "last": self.last, "total": self.total}
        if self.total_is_ceiling:
            one = _("Question %(first)s of at most %(total)s")
            many = _("Questions %(first)s to %(last)s of at most %(total)s")
        else:
            one, many = _("Question %(first)s of %(total)s"), _("Questions %(first)s to %(last)s of %(total)s")
        return (one if self.first == self.last else many) % numbers


def ask_page(definition: Definition, number: int, answers: Answers) -> AskedPage:
    ahead = still_possible(definition, number, answers)
    open_keys = {question.key for question in ahead}
    here = [question for question in ahead if question.page == number]
    before = sum(1 for question in shown(definition, answers) if question.page < number)
    return AskedPage(
        number=number,
        questions=tuple(Asked(question, _options(question)) for question in here),
        first=before + 1,
        total=before + len(ahead),
        total_is_ceiling=any(question.show_if and question.show_if.question in open_keys for question in ahead),
        previous=previous_page(definition, number, answers),
        following=next((question.page for question in ahead if question.page > number), None),
    )


def _options(question: DefinedQuestion) -> tuple[Option, ...]:
    words = {question.minimum: question.low_label, question.maximum: question.high_label}
    points = [Option(str(n), str(n), f"q-{question.key}-{n}", words.get(n, "")) for n in question.numbers]
    choices = [Option(choice.key, choice.text, f"q-{question.key}-{choice.key}") for choice in question.choices]
    return tuple(points or choices)


def read_page(page: AskedPage, posted: Mapping[str, list[str]]) -> ReadAnswers:
    """`posted` maps field names to every value that came under that name."""
    raw = {asked.key: posted[asked.name] for asked in page.questions if asked.name in posted}
    return read_answers([asked.question for asked in page.questions], raw)


def left_out(page: AskedPage, definition: Definition, answers: Answers) -> dict[str, str | Promise]:
    """Required questions of this page that this person sees and has not answered, with what is wanted."""
    path = {question.key for question in shown(definition, answers)}
    due = (asked.question for asked in page.questions if asked.question.is_required and asked.key in path)
    return {question.key: wanted(question) for question in due if question.key not in answers}


def first_scale(definition: Definition) -> DefinedQuestion | None:
    """The question that a score link in a mail answers."""
    return next((question for question in definition.questions if question.nature.is_scale), None)


def said_in_words(question: DefinedQuestion, value: Value) -> str:
    """An answer as a reader would say it: the number, the chosen words, the text."""
    if isinstance(value, tuple):
        return ", ".join(question.choice_text(key) for key in value)
    return question.choice_text(value) if question.choices else str(value)
