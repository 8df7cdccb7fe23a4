"""A driver study as its page shows it: rows in the order of their weight, two drawings, and what to mind."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.charts.chart import Chart
from feedback.charts.matrix import Pull, Spot, contrast_chart, ends_text, priority_matrix, shown
from feedback.metrics.contrast import Nature
from feedback.models import DriverStudy

STEADY = 0.9  # share of samples in which a rank must hold to be called steady
ORDINAL_LIMIT = 10.0
NATURES = {
    Nature.MUST_BE: gettext_lazy("must-be: lows hurt more than tops help"),
    Nature.ONE_DIMENSIONAL: gettext_lazy("the more the better"),
    Nature.ATTRACTIVE: gettext_lazy("delight: tops help more than lows hurt"),
    Nature.NO_LINK: gettext_lazy("no clear link"),
    Nature.UNCLEAR: gettext_lazy("cannot tell yet"),
    Nature.CANNOT_TELL: gettext_lazy("too few lows or tops to tell"),
}


@dataclass(frozen=True, slots=True)
class DriverLine:
    name: str
    rank: int
    rank_text: str
    stability: float
    shapley: str
    shapley_text: str
    johnson: str
    johnson_text: str
    correlation: str
    performance: str
    performance_text: str
    answered: int
    is_first: bool
    is_must_be: bool
    nature: str

    @property
    def is_steady(self) -> bool:
        return self.stability >= STEADY

    @property
    def stability_text(self) -> str:
        return f"{round(100 * self.stability)}\u202f%"


@dataclass(frozen=True, slots=True)
class Findings:
    n: int
    left_out: int
    repeated: int
    was_cut: bool
    r_squared: str
    warnings: tuple[str, ...]
    lines: tuple[DriverLine, ...]
    matrix: Chart | None
    contrast: Chart | None


def read_findings(study: DriverStudy) -> Findings:
    told = study.result
    rows = sorted(told["drivers"], key=lambda row: row["rank"])
    natures = {each["name"]: Nature(each["nature"]) for each in told["contrasts"]}
    fair_share = 100 / len(rows)
    done = [row["performance"] for row in rows if row["performance"] is not None and row["kind"] != "theme"]
    usual = sum(done) / len(done) if done else 50.0
    first = {row["name"] for row in rows if _comes_first(row, fair_share, usual)}
    return Findings(
        n=told["n"],
        left_out=told["left_out"],
        repeated=told["repeated"],
        was_cut=told["was_cut"],
        r_squared=f"{round(100 * told['r_squared'])}\u202f%",
        warnings=tuple(_warnings(told)),
        lines=tuple(_line(row, row["name"] in first, natures.get(row["name"])) for row in rows),
        matrix=_matrix(rows, first, fair_share, usual),
        contrast=_contrast(told["contrasts"], rows),
    )


def _comes_first(row: dict, fair_share: float, usual: float) -> bool:
    """Only where both intervals say so: it weighs more than a fair share, and is done worse than usual."""
    ends = row["performance_interval"]
    return bool(ends and row["kind"] != "theme" and row["shapley_interval"][0] > fair_share and ends[1] < usual)


def _warnings(told: dict):
    yield from told["warnings"]
    if told["ordinal_shift"] > ORDINAL_LIMIT:
        yield _("Taken as an order only, the answers move a share by %s points: the distances on the scale matter.") % (
            shown(told["ordinal_shift"])
        )
    if told["was_cut"]:
        yield _("There were more answers; the newest 20,000 were taken.")


def _line(row: dict, is_first: bool, nature: Nature | None) -> DriverLine:
    low, high = row["rank_interval"]
    return DriverLine(
        name=row["text"],
        rank=row["rank"],
        rank_text=str(low) if low == high else f"{low}–{high}",
        stability=row["rank_stability"],
        shapley=shown(row["shapley_percent"]),
        shapley_text=ends_text(row["shapley_interval"]),
        johnson=shown(row["johnson_percent"]),
        johnson_text=ends_text(row["johnson_interval"]),
        correlation=shown(row["correlation"], 2),
        performance=shown(row["performance"]),
        performance_text=ends_text(row["performance_interval"]),
        answered=row["answered"],
        is_first=is_first,
        is_must_be=nature is Nature.MUST_BE,
        nature=str(NATURES[nature]) if nature else "",
    )


def _matrix(rows: list[dict], first: set[str], fair_share: float, usual: float) -> Chart | None:
    spots = [
        Spot(
            number=row["rank"],
            name=row["text"],
            importance=row["shapley_percent"],
            importance_ends=tuple(row["shapley_interval"]),
            performance=row["performance"],
            performance_ends=tuple(row["performance_interval"]) if row["performance_interval"] else None,
            is_first=row["name"] in first,
        )
        for row in rows
        if row["performance"] is not None and row["kind"] != "theme"
    ]
    if not spots:
        return None
    return priority_matrix(_("What weighs, and how well it is done"), spots, fair_share=fair_share, usual=usual)


def _contrast(contrasts: list[dict], rows: list[dict]) -> Chart | None:
    texts = {row["name"]: row["text"] for row in rows}
    pulls = [
        Pull(
            name=texts[each["name"]],
            penalty=each["penalty"],
            penalty_ends=_pair(each["penalty_interval"]),
            reward=each["reward"],
            reward_ends=_pair(each["reward_interval"]),
            words=str(NATURES[Nature(each["nature"])]),
        )
        for each in contrasts
    ]
    return contrast_chart(_("What low ratings cost and top ratings add"), pulls) if pulls else None


def _pair(ends: list[float] | None) -> tuple[float, float] | None:
    return tuple(ends) if ends else None
