"""The closed questions of one survey, option by option: how many chose it, their share, and its interval."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Q

from feedback.analytics.asked_words import AskedWords, offered
from feedback.analytics.choices import NOBODY, Chosen, point_of_choice, read_choices
from feedback.analytics.filters import Filters
from feedback.analytics.privacy import NOTHING, Counted, is_too_small
from feedback.analytics.sums import read_sums
from feedback.metrics.figure import Figure, Unit
from feedback.metrics.histogram import Histogram
from feedback.models import ChoiceRollup
from surveys.definition.kinds import KINDS, Shape
from vocplatform.lib.cells import safe_cell
from vocplatform.lib.stats import wilson_interval

COLUMNS = (
    "survey",
    "question",
    "kind",
    "asked",
    "choice",
    "said",
    "respondents",
    "share",
    "n",
    "low_95",
    "high_95",
    "state",
    "first_day",
    "last_day",
)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that could be given. `share` is of the people who answered the question; `chose` None when hidden."""

    key: str
    text: str
    chose: int | None
    share: Figure
    filters: Filters
    is_offered: bool = True

    @property
    def rows(self) -> str:
        return self.filters.query()


@dataclass(frozen=True, slots=True)
class Question:
    """`wordings`: in how many ways it was put in the versions that count here."""

    key: str
    kind: str
    text: str
    n: int | None
    wordings: int
    options: tuple[Option, ...]
    filters: Filters

    @property
    def is_hidden(self) -> bool:
        return self.n is None

    @property
    def adds_up(self) -> bool:
        """Whether the shares are parts of one whole: of several choices each has its own share of the people."""
        return KINDS[self.kind].shape is not Shape.KEYS

    @property
    def rows(self) -> str:
        return self.filters.query()


def read_questions(filters: Filters) -> list[Question]:
    """Every closed question of the chosen survey, in its order and with the newest words, in three queries."""
    asked = AskedWords.of(filters.survey, filters.version)
    q = filters.rollup_q() & ~Q(question_key="")
    sums = {key: counted for (key,), counted in read_sums(q, "question_key", guarded=filters.is_guarded).items()}
    choices = read_choices(q, guarded=filters.is_guarded)
    return [_question(asked, key, sums.get(key, NOTHING), choices, filters) for key in asked.newest]


def _question(asked: AskedWords, key: str, counted: Counted, choices: Mapping, filters: Filters) -> Question:
    newest, mine = asked.newest[key], filters.narrowed(question=key)
    kind = KINDS[newest["kind"]]
    whole = choices.get((key, ChoiceRollup.ANYTHING), NOBODY)
    if not kind.needs_choices:
        whole = Chosen(counted.histogram.n, counted.anonymous)
    n, is_hidden = whole.n, is_too_small(whole.n, whole.anonymous)
    current = {choice for choice, _text in offered(newest)}
    options = [
        _option(choice, text, _chose(counted.histogram, choices, key, choice), n, is_hidden, choice in current, mine)
        for choice, text in asked.options[key].items()
    ]
    shown = None if is_hidden else n
    return Question(key, newest["kind"], newest["text"], shown, len(asked.wordings[key]), tuple(options), mine)


def _chose(histogram: Histogram, choices: Mapping, key: str, choice: str) -> int:
    if (key, choice) in choices:
        return choices[key, choice].n
    place = point_of_choice(choice)
    return histogram.bins[place] if place is not None else 0


def _option(key: str, text: str, chose: int, n: int, is_hidden: bool, is_offered: bool, filters: Filters) -> Option:
    share = Figure.no_answers(Unit.PERCENT)
    if n:
        share = Figure.known(100 * chose / n, n, wilson_interval(chose, n).scaled(100), Unit.PERCENT)
    if is_hidden:
        share = share.hidden()
    return Option(key, text, None if is_hidden else chose, share, filters.narrowed(choice=key), is_offered)


def question_rows(questions: Iterable[Question], filters: Filters) -> Iterator[list[object]]:
    """Yield the header and one row per option: the figures of the page."""
    yield list(COLUMNS)
    days = filters.period.first_on.isoformat(), filters.period.last_on.isoformat()
    for question in questions:
        for option in question.options:
            share = option.share
            ends = (share.interval.low, share.interval.high) if share.interval else (None, None)
            told = [filters.survey, question.key, question.kind, question.text, option.key, option.text]
            cells = [*told, option.chose, share.value, share.n, *ends, share.state.value, *days]
            yield [safe_cell("" if cell is None else cell) for cell in cells]
