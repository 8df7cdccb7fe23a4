"""The table that a driver study is computed from: one row per person, one column per question or theme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Max, Sum
from django.utils import timezone

from feedback.metrics.leads import SCALES
from feedback.models import Answer, CommentRollup, Response, SegmentMember, Standing, Theme, ThemeMention
from feedback.models.standing import standing_is
from surveys.models import SurveyVersion
from vocplatform.lib import lookups  # noqa: F401  registers any_of
from vocplatform.lib.periods import Period

MOST_ROWS = 20_000
MOST_DRIVERS = 10
MOST_THEMES, LEAST_MENTIONS = 12, 10
THEME = "theme:"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may be an outcome or a driver. A theme has no scale: it was spoken of, or it was not."""

    key: str
    text: str
    kind: str
    low: int = 0
    high: int = 1

    @property
    def is_theme(self) -> bool:
        return self.key.startswith(THEME)

    def places(self, numbers: np.ndarray) -> np.ndarray:
        """From 0, the worst answer of the scale, to 100."""
        return 100 * (numbers - self.low) / (self.high - self.low)


def scales_of(definition: Mapping) -> list[Candidate]:
    return [
        Candidate(asked["key"], asked["text"], asked["kind"], asked["minimum"], asked["maximum"])
        for asked in definition.get("questions", ())
        if asked["kind"] in SCALES
    ]


def candidates_of(version: SurveyVersion) -> list[Candidate]:
    """Every scale of the version, and the themes that its comments speak of most, by the roll-ups."""
    counted = CommentRollup.objects.filter(
        version=version, standing=Standing.COUNTED, about=CommentRollup.About.THEME
    ).order_by()
    spoken = counted.values_list("subject").annotate(n=Sum("responses")).filter(n__gte=LEAST_MENTIONS)
    most = sorted(spoken, key=lambda pair: -pair[1])[:MOST_THEMES]
    named = Theme.objects.active().in_bulk([int(subject) for subject, _n in most])
    themes = [_theme(named[int(subject)]) for subject, _n in most if int(subject) in named]
    return [*scales_of(version.definition), *themes]


def named_candidates(version: SurveyVersion, keys: Sequence[str]) -> list[Candidate]:
    """Those of the keys that still name something, in the order of the keys."""
    slugs = [key.removeprefix(THEME) for key in keys if key.startswith(THEME)]
    themes = [_theme(theme) for theme in Theme.objects.active().filter(slug__in=slugs)]
    named = {each.key: each for each in (*scales_of(version.definition), *themes)}
    return [named[key] for key in keys if key in named]


def _theme(theme: Theme) -> Candidate:
    return Candidate(f"{THEME}{theme.slug}", theme.name, "theme")


@dataclass(frozen=True)
class DriverTable:
    """`repeated` answers of people who answered again later are left out: a person counts once."""

    drivers: np.ndarray
    outcome: np.ndarray
    repeated: int
    watermark: int
    was_cut: bool


def read_table(
    version: SurveyVersion, outcome: str, drivers: Sequence[str], *, period: Period, segment_id: int | None = None
) -> DriverTable:
    """Counted answers to one version, the newest of each person; NaN is what was not answered."""
    zone = timezone.get_default_timezone()
    rows = Response.objects.filter(
        standing_is(Standing.COUNTED),
        version=version,
        submitted_at__gte=period.starts_at(zone),
        submitted_at__lt=period.ends_at(zone),
    )
    if segment_id:
        rows = rows.filter(customer__in=SegmentMember.objects.filter(segment=segment_id).values("customer_id"))
    watermark = rows.aggregate(last=Max("pk"))["last"] or 0
    newest = list(rows.order_by("-submitted_at", "-pk").values_list("pk", "customer_id")[: MOST_ROWS + 1])
    kept, people = [], set()
    for pk, customer in newest[:MOST_ROWS]:
        if customer is None or customer not in people:
            kept.append(pk)
            people.add(customer)
    repeated = len(newest[:MOST_ROWS]) - len(kept)
    cells = _cells(kept, [outcome, *(key for key in drivers if not key.startswith(THEME))])
    themed = _themed(kept, [key for key in drivers if key.startswith(THEME)])
    columns = {**cells, **themed}
    table = np.column_stack([columns[key] for key in (outcome, *drivers)])
    return DriverTable(table[:, 1:], table[:, 0], repeated, watermark, len(newest) > MOST_ROWS)


def _cells(pks: list[int], keys: Sequence[str]) -> dict[str, np.ndarray]:
    places = {pk: place for place, pk in enumerate(pks)}
    columns = {key: np.full(len(pks), np.nan) for key in keys}
    answers = Answer.objects.filter(response__any_of=pks, question_key__in=list(columns), number__isnull=False)
    for response, key, number in answers.order_by().values_list("response_id", "question_key", "number"):
        columns[key][places[response]] = number
    return columns


def _themed(pks: list[int], keys: Sequence[str]) -> dict[str, np.ndarray]:
    """1 where a comment speaks of the theme or of one below it, 0 where it does not, NaN without a comment."""
    if not keys:
        return {}
    places = {pk: place for place, pk in enumerate(pks)}
    spoke = np.full(len(pks), np.nan)
    said = Answer.objects.filter(response__any_of=pks, kind="text", text__isnull=False).exclude(text="")
    for response in said.order_by().values_list("response_id", flat=True):
        spoke[places[response]] = 0.0
    columns = {key: spoke.copy() for key in keys}
    mentions = ThemeMention.objects.filter(response__any_of=pks).order_by()
    for response, *slugs in mentions.values_list("response_id", "theme__slug", "theme__parent__slug"):
        for slug in slugs:
            if (column := columns.get(f"{THEME}{slug}")) is not None:
                column[places[response]] = 1.0
    return columns
