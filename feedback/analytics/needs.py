"""Whether a touchpoint gives customers what they came for and how they want to feel, as they say themselves."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from feedback.analytics.asked_words import AskedWords
from feedback.analytics.choices import NOBODY, Chosen, read_choices
from feedback.analytics.filters import Filters
from feedback.analytics.privacy import Counted, hidden_together, is_too_small
from feedback.analytics.sums import added, read_sums
from feedback.metrics.figure import Figure, Unit
from feedback.metrics.first_contact import share_of_yes
from feedback.metrics.leads import YES_NO
from feedback.models import ChoiceRollup
from surveys.definition.kinds import EMOTION, FELT_RIGHT, NEED_MET
from surveys.models import SurveyVersion, Touchpoint
from vocplatform.lib.stats import wilson_interval


@dataclass(frozen=True, slots=True)
class Need:
    """`key` is that of the question which asks for it, `field` where a touchpoint keeps its words."""

    key: str
    field: str
    name: str | Promise


NEEDS = (
    Need(NEED_MET, "functional_need", _("Functional need met")),
    Need(FELT_RIGHT, "emotional_need", _("Felt as it should")),
)


@dataclass(frozen=True, slots=True)
class Met:
    """The share of yes at one touchpoint."""

    need: Need
    figure: Figure
    rows: str


@dataclass(frozen=True, slots=True)
class Felt:
    """The feeling that most named there, and the share of those asked who named it."""

    name: str
    figure: Figure
    rows: str


@dataclass(frozen=True, slots=True)
class Needs:
    """One touchpoint's; only what somebody was asked."""

    met: tuple[Met, ...] = ()
    felt: Felt | None = None

    @property
    def functional_need(self) -> Figure | None:
        return self._figure("functional_need")

    @property
    def emotional_need(self) -> Figure | None:
        return self._figure("emotional_need")

    def _figure(self, field: str) -> Figure | None:
        return next((each.figure for each in self.met if each.need.field == field), None)


NOTHING_ASKED = Needs()


@dataclass(slots=True)
class _Asked:
    """What was said at one touchpoint, whichever surveys asked it."""

    met: dict[str, dict[str, Counted]] = field(default_factory=dict)  # need -> survey -> yes and no
    felt: dict[str, dict[str, Chosen]] = field(default_factory=dict)  # survey -> feeling -> how many


def read_needs(touchpoints: Sequence[Touchpoint], filters: Filters) -> dict[int, Needs]:
    """By touchpoint; where nobody was asked there is nothing. In two queries, and a third where feelings were named."""
    asked = _read(filters)
    words = _words() if any(each.felt for each in asked.values()) else {}
    figures = {
        need: _shares([asked.get(each.pk, _Asked()).met.get(need.key, {}) for each in touchpoints]) for need in NEEDS
    }
    found = {}
    for place, each in enumerate(touchpoints):
        if each.pk not in asked:
            continue
        mine, here = filters.narrowed(journey="", touchpoint=each.slug), asked[each.pk]
        met = tuple(
            Met(need, figures[need][place], _rows(mine, here.met[need.key], need.key))
            for need in NEEDS
            if need.key in here.met
        )
        found[each.pk] = Needs(met, _felt(here.felt, words, mine))
    return found


def _read(filters: Filters) -> dict[int, _Asked]:
    q, guarded = filters.rollup_q(), filters.is_guarded
    asked: dict[int, _Asked] = defaultdict(_Asked)
    yes_or_no = q & Q(kind=YES_NO, question_key__in=[need.key for need in NEEDS])
    by = "touchpoint_key", "question_key", "survey__slug"
    for (place, key, survey), counted in read_sums(yes_or_no, *by, guarded=guarded).items():
        asked[place].met.setdefault(key, {})[survey] = counted
    by = "touchpoint_key", "survey__slug", "choice_key"
    for (place, survey, feeling), chosen in read_choices(q & Q(question_key=EMOTION), *by, guarded=guarded).items():
        asked[place].felt.setdefault(survey, {})[feeling] = chosen
    return asked


def _shares(parts: Sequence[Mapping[str, Counted]]) -> list[Figure]:
    counted = [added(by_survey.values()) for by_survey in parts]
    figures = [share_of_yes(each.histogram) for each in counted]
    return hidden_together(figures, [(figure.n, each.anonymous) for figure, each in zip(figures, counted, strict=True)])


def _rows(filters: Filters, surveys: Collection[str], key: str, choice: str = "") -> str:
    """The address of the answers, where one survey asked: a question belongs to its survey."""
    return (
        filters.narrowed(survey=next(iter(surveys)), question=key, choice=choice).query() if len(surveys) == 1 else ""
    )


def _felt(by_survey: Mapping[str, Mapping[str, Chosen]], words: Mapping[str, str], filters: Filters) -> Felt | None:
    named: Counter[str] = Counter()
    anonymous = 0
    for feelings in by_survey.values():
        named.update({feeling: chosen.n for feeling, chosen in feelings.items()})
        anonymous += feelings.get(ChoiceRollup.ANYTHING, NOBODY).anonymous
    n = named.pop(ChoiceRollup.ANYTHING, 0)
    if not n or not named:
        return None
    if is_too_small(n, anonymous):
        return Felt("", Figure.no_answers(Unit.PERCENT).hidden(), "")
    most = max(sorted(named), key=named.get)
    share = Figure.known(100 * named[most] / n, n, wilson_interval(named[most], n).scaled(100), Unit.PERCENT)
    return Felt(words.get(most, most), share, _rows(filters, by_survey, EMOTION, most))


def _words() -> dict[str, str]:
    """Each feeling as the newest version that offers it puts it."""
    newest_first = SurveyVersion.objects.order_by("-published_at", "-pk").values_list("definition", flat=True)
    return AskedWords(newest_first).options.get(EMOTION, {})
