"""A kept figure computed again from its very rows, and what has changed them since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from math import isclose

from django.db.models import Count, Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback.analytics.counting import LAST_BIN, bin_of_label
from feedback.analytics.filters import Filters
from feedback.analytics.privacy import Counted
from feedback.analytics.selection import Versions, label_of_answer, point_of_answer, select_responses
from feedback.metrics import METRICS
from feedback.metrics.figure import Figure, Metric, State, Unit
from feedback.metrics.histogram import Histogram
from feedback.models import Answer, Correction, KeptFigure, Reading
from feedback.models.rollup import BIN_FIELDS
from vocplatform.lib.stats import Interval


class Verdict(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Replay:
    """`reasons` are sentences; `now` is None where the measure itself is gone."""

    verdict: Verdict
    now: Figure | None
    reasons: tuple[str, ...]


def formula_version(metric: Metric) -> str:
    """Changes with whatever a metric says about itself: formula, scale, groups, unit."""
    with translation.override("en"):
        bands = [(band.key, band.low, band.high) for band in metric.bands]
        said = repr((metric.key, metric.kind, str(metric.formula), metric.scale, bands, metric.unit.value))
    return sha256(said.encode()).hexdigest()[:12]


def figure_of(kept: KeptFigure) -> Figure:
    """As it was shown; what to be careful about follows from the numbers."""
    unit = Unit(kept.unit)
    interval = Interval(kept.low, kept.high) if kept.low is not None else None
    if kept.state == State.KNOWN:
        return Figure.known(kept.value, kept.n, interval, unit)
    return Figure(kept.value, kept.n, interval, unit, State(kept.state))


def count_rows(metric: Metric, filters: Filters, rows_q: Q) -> Counted:
    """The histogram that the roll-ups hold for these filters, from the rows alone."""
    filters = filters.scope()
    versions = Versions.of(filters)
    responses = select_responses(filters, versions).filter(rows_q).order_by().values("pk")
    answers = Answer.objects.filter(versions.lead_q(metric.kind), kind=metric.kind, response__in=responses).order_by()
    counts = {
        "count": Count("pk"),
        "anonymous": Count("pk", filter=Q(response__version_id__in=versions.anonymous)),
    }
    if metric.kind == "text":
        said = answers.filter(text__isnull=False).exclude(text="").annotate(label=label_of_answer())
        rows = [(bin_of_label(label), *rest) for label, *rest in said.values_list("label").annotate(**counts)]
    else:
        said = answers.annotate(point=point_of_answer()).filter(point__range=(0, LAST_BIN))
        rows = list(said.values_list("point").annotate(**counts))
    return _counted(rows)


def _counted(rows: Iterable[tuple[int, int, int]]) -> Counted:
    bins, answers, anonymous = [0] * len(BIN_FIELDS), 0, 0
    for place, count, of_them_anonymous in rows:
        bins[place] += count
        answers, anonymous = answers + count, anonymous + of_them_anonymous
    return Counted(Histogram(tuple(bins)), answers, anonymous)


def replay(kept: KeptFigure, filters: Filters) -> Replay:
    """Compute it again over the rows that were there, and say what differs. `filters` are those it was kept with."""
    metric = METRICS.get(kept.metric_key)
    if metric is None:
        return Replay(Verdict.CANNOT_TELL, None, (_("This measure is no longer known."),))
    now, then = count_rows(metric, filters, kept.rows_q).measured(metric), figure_of(kept)
    reasons = [_("The formula has changed.")] if formula_version(metric) != kept.formula_version else []
    if is_same(now, then):
        return Replay(Verdict.SAME, now, tuple(reasons))
    reasons += [*_more_or_fewer(now, then), *_touched(kept, filters, metric)]
    reasons = reasons or [
        _("Some of these responses are counted differently now, for example as a test or as doubtful.")
    ]
    return Replay(Verdict.CHANGED, now, tuple(reasons))


def is_same(one: Figure, other: Figure) -> bool:
    if (one.state, one.n, one.interval is None) != (other.state, other.n, other.interval is None):
        return False
    pairs = [(one.value, other.value)] if one.is_known else []
    if one.interval:
        pairs += [(one.interval.low, other.interval.low), (one.interval.high, other.interval.high)]
    return all(isclose(a, b, rel_tol=1e-9, abs_tol=1e-9) for a, b in pairs)


def _more_or_fewer(now: Figure, then: Figure) -> list[str]:
    if now.n is None or then.n is None or now.n == then.n:
        return []
    n = abs(now.n - then.n)
    if now.n < then.n:
        return [ngettext("%d answer is no longer counted.", "%d answers are no longer counted.", n) % n]
    return [ngettext("%d answer is counted that was not.", "%d answers are counted that were not.", n) % n]


def _touched(kept: KeptFigure, filters: Filters, metric: Metric) -> list[str]:
    rows = select_responses(filters.scope()).filter(kept.rows_q).order_by()
    theirs = Q(answer__response__in=rows.values("pk"))
    edited = rows.filter(edited_at__gt=kept.kept_at).count()
    found = [ngettext("The customer changed %d response.", "Customers changed %d responses.", edited) % edited] * bool(
        edited
    )
    if metric.kind == "text":
        found += _read_anew(theirs, kept.kept_at)
    return found


def _read_anew(theirs: Q, since: datetime) -> list[str]:
    corrected = Correction.objects.filter(theirs).filter(Q(corrected_at__gt=since) | Q(lapsed_at__gt=since)).count()
    read = Reading.objects.filter(theirs, is_current=True, scored_at__gt=since).count()
    found = []
    if corrected:
        found.append(ngettext("A person corrected %d reading.", "People corrected %d readings.", corrected) % corrected)
    if read:
        found.append(ngettext("%d comment was read again.", "%d comments were read again.", read) % read)
    return found
