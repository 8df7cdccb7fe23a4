"""Groups side by side: each against everybody else, with the interval of the difference and over all tests at once."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.analytics.filters import NOWHERE, Filters
from feedback.analytics.privacy import NOTHING, Counted, hidden_places
from feedback.analytics.sums import LEADS, added, read_sums
from feedback.metrics.change import Verdict
from feedback.metrics.figure import FEW_ANSWERS, Figure, Metric, Unit
from feedback.metrics.histogram import Histogram
from feedback.metrics.leads import Leads
from feedback.metrics.multiple import FALSE_DISCOVERIES, adjusted
from feedback.metrics.pooling import (
    Estimate,
    Ranks,
    can_be_ranked,
    deviation_interval,
    pooled,
    rank_ranges,
    variance_between,
)
from feedback.metrics.surprise import p_value, scores_of
from feedback.models import Segment
from surveys.models import Channel, SurveyVersion, Touchpoint
from vocplatform.lib.periods import Period
from vocplatform.lib.stats import Interval, Moments, normal_quantile


class By(StrEnum):
    TOUCHPOINT = "touchpoint"
    STAGE = "stage"
    TEAM = "team"
    CHANNEL = "channel"
    VERSION = "version"
    SEGMENT = "segment"
    PERIOD = "period"

    @property
    def text(self) -> str | Promise:
        return BY_NAMES[self]


BY_NAMES = {
    By.TOUCHPOINT: gettext_lazy("touchpoint"),
    By.STAGE: gettext_lazy("stage"),
    By.TEAM: gettext_lazy("team"),
    By.CHANNEL: gettext_lazy("channel"),
    By.VERSION: gettext_lazy("version of a survey"),
    By.SEGMENT: gettext_lazy("customer segment"),
    By.PERIOD: gettext_lazy("period before, per touchpoint"),
}
RANKED = (By.TOUCHPOINT, By.STAGE, By.TEAM, By.CHANNEL)  # groups that share nobody
Wordings = dict[int, frozenset[str]]  # survey -> how its leading question was put


@dataclass(frozen=True, slots=True)
class Side:
    """One group or everybody it is compared with: what was counted, per version of a survey."""

    parts: Mapping[int, Counted] = field(default_factory=dict)

    @property
    def counted(self) -> Counted:
        return added(self.parts.values())

    def less(self, other: "Side") -> "Side":
        return Side({version: _less(part, other.parts.get(version, NOTHING)) for version, part in self.parts.items()})


def _less(whole: Counted, part: Counted) -> Counted:
    bins = tuple(a - b for a, b in zip(whole.histogram.bins, part.histogram.bins, strict=True))
    return Counted(Histogram(bins), whole.answers - part.answers, whole.anonymous - part.anonymous)


@dataclass(frozen=True, slots=True)
class Group:
    """`adjusted_p` is over the whole table; `blocked` says why no difference is shown."""

    key: str
    label: str
    figure: Figure
    others: Figure
    difference: float | None
    interval: Interval | None
    p: float | None
    adjusted_p: float | None
    blocked: str
    filters: Filters | None

    @property
    def verdict(self) -> Verdict:
        if self.difference is None or self.adjusted_p is None:
            return Verdict.CANNOT_TELL
        if self.adjusted_p > FALSE_DISCOVERIES:
            return Verdict.UNCLEAR
        return Verdict.BETTER if self.difference > 0 else Verdict.WORSE

    @property
    def verdict_text(self) -> str | Promise:
        return gettext_lazy("no clear difference") if self.verdict is Verdict.UNCLEAR else self.verdict.text

    @property
    def difference_text(self) -> str:
        return self.figure.unit.text(self.difference, signed=True) if self.difference is not None else ""

    @property
    def interval_text(self) -> str:
        if self.interval is None:
            return ""
        ends = (self.figure.unit.text(end, signed=True) for end in (self.interval.low, self.interval.high))
        return _("%(low)s to %(high)s") % dict(zip(("low", "high"), ends, strict=True))


@dataclass(frozen=True, slots=True)
class Place:
    """A group in the leaderboard: drawn towards the mean, with the ranks that are left open."""

    group: Group
    value: float
    interval: Interval
    ranks: Ranks

    @property
    def value_text(self) -> str:
        return self.group.figure.unit.text(self.value)

    @property
    def interval_text(self) -> str:
        ends = {end: self.group.figure.unit.text(getattr(self.interval, end)) for end in ("low", "high")}
        return _("%(low)s to %(high)s") % ends


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """Without an order where the ranges of ranks overlap: then the places stand by name."""

    places: tuple[Place, ...]
    is_ordered: bool
    too_few: int
    between: Figure
    apart: str = ""

    @property
    def between_text(self) -> str:
        """A size, so without a sign also where the metric has one."""
        return _size(self.between.unit, self.between.value)

    @property
    def between_interval_text(self) -> str:
        ends = self.between.interval
        if ends is None:
            return ""
        unit = self.between.unit
        return _("%(low)s to %(high)s") % {"low": _size(unit, ends.low), "high": _size(unit, ends.high)}


def _size(unit: Unit, value: float | None) -> str:
    return unit.text(value).lstrip("+")


@dataclass(frozen=True, slots=True)
class Comparison:
    metric: Metric
    by: By
    groups: tuple[Group, ...]
    whole: Figure
    spread: float
    leaderboard: Leaderboard | None


def compare_groups(metric: Metric, by: By, filters: Filters, before: Period) -> Comparison:
    """Compare the groups of one dimension, in a number of queries that does not grow with the rows."""
    now = _read(metric, filters, by, filters.period)
    named = _named(by, now, filters)
    earlier = _read(metric, filters, by, before) if by is By.PERIOD else {}
    sides = _grouped(now, named)
    whole = _whole(now) if by is not By.SEGMENT else _whole(_read(metric, filters, By.TOUCHPOINT, filters.period))
    others = _grouped(earlier, named) if by is By.PERIOD else {key: whole.less(side) for key, side in sides.items()}
    groups = _groups(metric, sides, others, named)
    spread = Moments.of(dict(_added_up(scores_of(metric, whole.counted.histogram))))
    return Comparison(
        metric=metric,
        by=by,
        groups=groups,
        whole=whole.counted.measured(metric),
        spread=spread.variance if spread else 0.0,
        leaderboard=_leaderboard(groups, metric.unit) if by in RANKED else None,
    )


def _added_up(scores: Iterable[tuple[float, int]]) -> dict[float, int]:
    found: dict[float, int] = {}
    for score, count in scores:
        found[score] = found.get(score, 0) + count
    return found


Rows = dict[tuple, Counted]  # (what a row is grouped by, version) -> counted
COLUMNS = {By.CHANNEL: "channel", By.VERSION: "version_id", By.SEGMENT: "segment_id"}


def _read(metric: Metric, filters: Filters, by: By, period: Period) -> Rows:
    q = filters.rollup_q(periods=(period,)) & LEADS & Q(kind=metric.kind)
    if by is By.SEGMENT:
        q &= Q(segment__is_active=True)
    return read_sums(q, COLUMNS.get(by, "touchpoint_key"), "version_id", guarded=filters.is_guarded)


@dataclass(frozen=True, slots=True)
class _Name:
    key: str
    label: str
    filters: Filters | None


def _named(by: By, rows: Rows, filters: Filters) -> dict[object, _Name]:
    """What each value of the grouping column belongs to, by the name people know it by."""
    values = {value for value, _version in rows}
    if by is By.CHANNEL:
        labels = dict(Channel.choices)
        return {v: _Name(v, str(labels.get(v, v)), filters.narrowed(channel=v)) for v in values}
    if by is By.VERSION:
        versions = SurveyVersion.objects.filter(pk__in=values).select_related("survey").defer("definition")
        return {
            each.pk: _Name(
                f"{each.survey.slug}-{each.number}",
                str(each),
                filters.narrowed(survey=each.survey.slug, version=each.number),
            )
            for each in versions
        }
    if by is By.SEGMENT:
        segments = Segment.objects.filter(pk__in=values)
        return {each.pk: _Name(each.slug, each.name, filters.narrowed(segment=each.slug)) for each in segments}
    places = Touchpoint.objects.filter(pk__in=values).select_related("stage__journey", "owner_team")
    found: dict[object, _Name] = {each.pk: PLACE_NAMES[by](each, filters) for each in places}
    nowhere = _Name(NOWHERE, _("Without a touchpoint"), filters.narrowed(touchpoint=NOWHERE))
    return {value: found.get(value, nowhere) for value in values}


def _by_stage(place: Touchpoint, filters: Filters) -> _Name:
    key = f"{place.stage.journey.slug}/{place.stage.slug}"
    return _Name(key, f"{place.stage.journey.name}: {place.stage.name}", filters.narrowed(stage=key))


def _by_team(place: Touchpoint, filters: Filters) -> _Name:
    team = place.owner_team
    return _Name(team.slug if team else "", team.name if team else _("No team"), None)


def _by_touchpoint(place: Touchpoint, filters: Filters) -> _Name:
    return _Name(place.slug, place.name, filters.narrowed(touchpoint=place.slug))


PLACE_NAMES: dict[By, Callable[[Touchpoint, Filters], _Name]] = {
    By.STAGE: _by_stage,
    By.TEAM: _by_team,
    By.TOUCHPOINT: _by_touchpoint,
    By.PERIOD: _by_touchpoint,
}


def _grouped(rows: Rows, named: Mapping[object, _Name]) -> dict[_Name, Side]:
    found: dict[_Name, dict[int, list[Counted]]] = {name: {} for name in named.values()}
    for (value, version), counted in rows.items():
        if value in named:
            found[named[value]].setdefault(version, []).append(counted)
    return {name: Side({version: added(parts) for version, parts in each.items()}) for name, each in found.items()}


def _whole(rows: Rows) -> Side:
    found: dict[int, list[Counted]] = {}
    for (_value, version), counted in rows.items():
        found.setdefault(version, []).append(counted)
    return Side({version: added(parts) for version, parts in found.items()})


def _groups(
    metric: Metric, sides: Mapping[_Name, Side], others: Mapping[_Name, Side], named: Mapping[object, _Name]
) -> tuple[Group, ...]:
    names = sorted(sides, key=lambda name: name.label.lower())
    asked = _asked(metric, [*sides.values(), *others.values()])
    sizes = [(metric.measure(sides[name].counted.histogram).n, sides[name].counted.anonymous) for name in names]
    hidden = hidden_places(sizes)
    found = [
        _group(metric, name, sides[name], others[name], asked, place in hidden) for place, name in enumerate(names)
    ]
    over_all = adjusted([group["p"] for group in found])
    return tuple(Group(**group, adjusted_p=p) for group, p in zip(found, over_all, strict=True))


def _group(metric: Metric, name: _Name, mine: Side, other: Side, asked: dict[int, tuple[int, str]], hide: bool) -> dict:
    counted, rest = mine.counted, other.counted
    figure, others = counted.measured(metric), rest.measured(metric)
    blocked = _why_blocked(mine, other, asked)
    interval = metric.difference(counted.histogram, rest.histogram)
    if hide or not (figure.is_known and others.is_known):
        figure, interval = figure.hidden() if hide else figure, None
    shown = interval is not None and not blocked
    return {
        "key": name.key,
        "label": name.label,
        "figure": figure,
        "others": others.hidden() if hide else others,
        "difference": figure.value - others.value if shown else None,
        "interval": interval if shown else None,
        "p": p_value(metric, counted.histogram, rest.histogram) if shown else None,
        "blocked": blocked,
        "filters": name.filters.narrowed(metric=metric.key) if name.filters else None,
    }


def _asked(metric: Metric, sides: Iterable[Side]) -> dict[int, tuple[int, str]]:
    """Version -> its survey, and how the question behind the metric is put in it."""
    versions = {version for side in sides for version in side.parts}
    rows = SurveyVersion.objects.filter(pk__in=versions).values_list("pk", "survey_id", "definition")
    return {pk: (survey, _wording(metric, definition)) for pk, survey, definition in rows}


def _wording(metric: Metric, definition: dict) -> str:
    key = Leads.of(definition).by_kind.get(metric.kind)
    question = next((each for each in definition.get("questions", ()) if each["key"] == key), {})
    parts = (question.get(part) for part in ("text", "low_label", "high_label", "minimum", "maximum"))
    return " | ".join(str(part) for part in parts if part not in (None, ""))


def _why_blocked(mine: Side, other: Side, asked: Mapping[int, tuple[int, str]]) -> str:
    """A survey that asked the two sides in other words compares words, not customers."""
    first, second = _wordings(mine, asked), _wordings(other, asked)
    for survey in first.keys() & second.keys():
        if first[survey] != second[survey]:
            return _("The question was put in other words on one side, so a difference could come from the words.")
    return ""


def _wordings(side: Side, asked: Mapping[int, tuple[int, str]]) -> Wordings:
    found: dict[int, set[str]] = {}
    for version, counted in side.parts.items():
        if counted.answers and version in asked:
            survey, words = asked[version]
            found.setdefault(survey, set()).add(words)
    return {survey: frozenset(words) for survey, words in found.items()}


def _leaderboard(groups: Sequence[Group], unit: Unit) -> Leaderboard:
    """Only groups of enough answers are placed; nobody is held to a rank that chance may have drawn."""
    enough = [
        group for group in groups if group.figure.is_known and group.figure.interval and group.figure.n >= FEW_ANSWERS
    ]
    own = [Estimate(each.figure.value, each.figure.interval.half_width / normal_quantile()) for each in enough]
    ranges = rank_ranges(own)
    is_ordered = can_be_ranked(ranges)
    places = [
        Place(group, each.value, _around(each), ranks)
        for group, each, ranks in zip(enough, pooled(own), ranges, strict=True)
    ]
    places.sort(key=lambda place: (place.ranks.best, place.ranks.worst) if is_ordered else place.group.label.lower())
    apart = next((group.blocked for group in enough if group.blocked), "")
    between = Figure.cannot_tell(unit) if apart else _consistency(enough, own, unit)
    return Leaderboard(tuple(places), is_ordered, len(groups) - len(enough), between, apart)


def _consistency(enough: Sequence[Group], own: Sequence[Estimate], unit: Unit) -> Figure:
    """How far the groups lie apart beyond chance, as a standard deviation: 0 would be the same everywhere."""
    interval = deviation_interval(own)
    if interval is None:
        return Figure.cannot_tell(unit)
    n = sum(group.figure.n for group in enough)
    return Figure.known(math.sqrt(variance_between(own)), n, interval, unit)


def _around(estimate: Estimate) -> Interval:
    half = normal_quantile() * estimate.standard_error
    return Interval(estimate.value - half, estimate.value + half)
