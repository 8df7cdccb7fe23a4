"""What customers speak of: how many do, how they sound, and whether that has changed. Every n counts people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, Sum

from feedback.analytics.counting_comments import count_selected
from feedback.analytics.filters import Filters
from feedback.analytics.selection import select_responses
from feedback.analytics.topics import FEELINGS, NO_LABEL
from feedback.metrics.figure import HIDDEN_BELOW, Band, Figure, Unit
from feedback.metrics.histogram import EMPTY, Histogram
from feedback.metrics.rates import rate
from feedback.metrics.sentiment import SENTIMENT
from feedback.metrics.shares import UNKNOWN, Shift, shifts
from feedback.models import CommentRollup, Reading, Theme
from vocplatform.lib.periods import Period

About = CommentRollup.About
BINS = tuple(f"bin_{place}" for place in range(len(FEELINGS)))
PROMOTERS = {"metric": "nps", "band": "promoters"}
BANDS: tuple[Band, ...] = SENTIMENT.bands


@dataclass(frozen=True, slots=True)
class Tally:
    """Responses that speak of one subject; `bins` in the order of FEELINGS."""

    responses: int = 0
    anonymous: int = 0
    wishes: int = 0
    bins: tuple[int, ...] = (0,) * len(FEELINGS)

    @property
    def is_too_small(self) -> bool:
        return 0 < self.responses < HIDDEN_BELOW and self.anonymous > 0

    def feels(self, feeling: str) -> int:
        return self.bins[FEELINGS.index(feeling)]

    def plus(self, other: "Tally") -> "Tally":
        bins = tuple(a + b for a, b in zip(self.bins, other.bins, strict=True))
        return Tally(
            self.responses + other.responses, self.anonymous + other.anonymous, self.wishes + other.wishes, bins
        )


NOTHING = Tally()
Tallies = Mapping[tuple, Tally]


def read_tallies(filters: Filters, period: Period, *by: str, only: Q | None = None) -> Tallies:
    """Add up the roll-ups of comments; the key is (about, subject, *by).

    A segment is counted from the rows: there is no roll-up for whoever belongs to it today.
    """
    if filters.segment:
        return _counted_live(filters.during(period), by, only)
    rows = (
        CommentRollup.objects.filter(filters.rollup_q(periods=(period,)), only or Q())
        .order_by()
        .values_list("about", "subject", *by)
        .annotate(
            n=Sum("responses"),
            anonymous=Sum("responses", default=0, filter=Q() if filters.is_guarded else Q(is_anonymous=True)),
            wished=Sum("wishes"),
            **{f"sum_of_{name}": Sum(name) for name in BINS},
        )
    )
    width = 2 + len(by)
    return {row[:width]: Tally(*row[width : width + 3], tuple(row[width + 3 :])) for row in rows}


def _counted_live(filters: Filters, by: Iterable[str], only: Q | None) -> Tallies:
    tallies: dict[tuple, Tally] = {}
    for row in count_selected(select_responses(filters.scope())):
        key = (row.about, row.subject, *(getattr(row, name) for name in by))
        hidden = row.responses if row.is_anonymous or filters.is_guarded else 0
        bins = tuple(getattr(row, name) for name in BINS)
        tallies[key] = tallies.get(key, NOTHING).plus(Tally(row.responses, hidden, row.wishes, bins))
    return tallies


@dataclass(frozen=True, slots=True)
class Feeling:
    """How many sound like this about a theme, with the address of them."""

    band: Band
    count: int
    share: float
    rows: str


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """One theme over one period. Shares are of all who wrote a comment that could be searched."""

    theme: Theme
    share: Figure
    complaints: Figure
    balance: Figure
    feelings: tuple[Feeling, ...]
    wishes: int
    shift: Shift
    filters: Filters
    responses: int

    @property
    def rows(self) -> str:
        return self.filters.query()

    @property
    def complaint_rows(self) -> str:
        return self.filters.narrowed(feeling="negative").query()

    @property
    def wish_rows(self) -> str:
        return self.filters.narrowed(intent=Reading.Intent.SUGGESTION, **PROMOTERS).query()


@dataclass(frozen=True, slots=True)
class Asks:
    """How many ask the same of us."""

    intent: str
    label: str
    share: Figure
    count: int
    rows: str


@dataclass(frozen=True, slots=True)
class Themes:
    lines: list[ThemeLine]
    asks: list[Asks]
    commented: int
    searched: int

    @property
    def pains(self) -> list[ThemeLine]:
        """Themes that most people complain about: how many speak of it times how often that is bad."""
        return _top(self.lines, lambda line: line.complaints.value if line.complaints.is_known else 0)

    @property
    def wishes(self) -> list[ThemeLine]:
        """What those who recommend us would have us do."""
        return _top(self.lines, lambda line: line.wishes)

    @property
    def unowned(self) -> int:
        return sum(line.theme.owner_team_id is None for line in self.lines)

    @property
    def unsearched(self) -> int:
        return self.commented - self.searched


MOST_NAMED = 5


def _top(lines: list[ThemeLine], worth) -> list[ThemeLine]:
    """Parts, not the sums above them, and only what there is."""
    above = {line.theme.parent_id for line in lines if worth(line)}
    found = [line for line in lines if worth(line) and line.theme.pk not in above]
    return sorted(found, key=worth, reverse=True)[:MOST_NAMED]


def read_themes(filters: Filters, before: Period) -> Themes:
    """Every active theme, in three queries: themes, this period and the one before."""
    themes = list(Theme.objects.active().select_related("parent", "owner_team").in_order())
    now, earlier = read_tallies(filters, filters.period), read_tallies(filters, before)
    lines = theme_lines(themes, now, earlier, filters)
    return Themes(
        lines,
        asks_of(now, filters),
        now.get((About.COMMENTED, ""), NOTHING).responses,
        now.get((About.SEARCHED, ""), NOTHING).responses,
    )


def theme_lines(themes: list[Theme], now: Tallies, earlier: Tallies, filters: Filters) -> list[ThemeLine]:
    searched, searched_before = now.get((About.SEARCHED, ""), NOTHING), earlier.get((About.SEARCHED, ""), NOTHING)
    pairs = []
    for theme in themes:
        mine, before = _of(theme, now), _of(theme, earlier)
        is_hidden = any(each.is_too_small for each in (mine, before, searched, searched_before))
        pair = (mine.responses, searched.responses), (before.responses, searched_before.responses)
        pairs.append(None if is_hidden else pair)
    judged = shifts(pairs)
    return [
        theme_line(theme, _of(theme, now), searched, shift, filters)
        for theme, shift in zip(themes, judged, strict=True)
    ]


def _of(theme: Theme, tallies: Tallies) -> Tally:
    return tallies.get((About.THEME, str(theme.pk)), NOTHING)


def theme_line(theme: Theme, mine: Tally, searched: Tally, shift: Shift, filters: Filters) -> ThemeLine:
    here = filters.narrowed(theme=theme.slug)
    share, complaints, balance = figures_of(mine, searched)
    read = mine.responses - mine.feels(NO_LABEL)
    is_hidden = mine.is_too_small or searched.is_too_small
    feelings = tuple(
        Feeling(band, mine.feels(band.key), mine.feels(band.key) / read, here.narrowed(feeling=band.key).query())
        for band in BANDS
        if read and not is_hidden
    )
    return ThemeLine(
        theme=theme,
        share=share,
        complaints=complaints,
        balance=balance,
        feelings=feelings,
        wishes=0 if is_hidden else mine.wishes,
        shift=UNKNOWN if is_hidden else shift,
        filters=here,
        responses=0 if is_hidden else mine.responses,
    )


def figures_of(mine: Tally, searched: Tally) -> tuple[Figure, Figure, Figure]:
    """The share that speaks of it, the share that complains about it, and how those who speak of it sound."""
    share = rate(min(mine.responses, searched.responses), searched.responses)
    complaints = rate(min(mine.feels("negative"), searched.responses), searched.responses)
    balance = SENTIMENT.measure(_histogram(mine)) if mine.responses else Figure.no_answers(Unit.POINTS)
    if mine.is_too_small or searched.is_too_small:
        return share.hidden(), complaints.hidden(), balance.hidden()
    return share, complaints, balance


def _histogram(mine: Tally) -> Histogram:
    return Histogram(mine.bins + EMPTY.bins[len(mine.bins) :])


def read_asks(filters: Filters) -> list[Asks]:
    """What those who wrote ask of us, in one query."""
    return asks_of(read_tallies(filters, filters.period, only=Q(about=About.INTENT)), filters)


def asks_of(now: Tallies, filters: Filters) -> list[Asks]:
    tallies = {intent: now.get((About.INTENT, intent), NOTHING) for intent in Reading.Intent.values}
    n = sum(tally.responses for tally in tallies.values())
    too_small = any(tally.is_too_small for tally in tallies.values())
    return [
        Asks(
            intent.value,
            str(intent.label),
            rate(tallies[intent].responses, n).hidden() if too_small else rate(tallies[intent].responses, n),
            0 if too_small else tallies[intent].responses,
            filters.narrowed(intent=intent.value).query(),
        )
        for intent in Reading.Intent
    ]
