"""The dashboard on paper and by mail: the same overview, drawn without anything to click."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from feedback.analytics.by_touchpoint import ByTouchpoint
from feedback.analytics.filters import Filters
from feedback.analytics.headline import Headline
from feedback.analytics.overview import Overview, read_overview
from feedback.charts.printed import printed
from feedback.forms.filters import FilterForm
from feedback.views import pictures
from feedback.views.asking import Chip, chips
from feedback.views.wording import period_words
from vocplatform.lib.pdf import write_pdf
from vocplatform.lib.periods import Grain, day_of

STYLES = Path(__file__).parent / "charts" / "paper.css"


@dataclass(frozen=True, slots=True)
class Report:
    """`query` is the address of the page with the very same figures."""

    title: str
    overview: Overview
    period: str
    compared: str
    zone: str
    query: str
    file_name: str
    chips: list[Chip]
    trends: list[SafeString]
    made_at: datetime

    @property
    def lines(self) -> list[Headline]:
        return self.overview.headlines

    @property
    def places(self) -> ByTouchpoint:
        return self.overview.places


def read_report(form: FilterForm, *, title: str) -> Report:
    """Everything that the page shows for a valid form, by the same function as the page."""
    filters, grain, now = form.filters().scope(), form.chosen_grain, timezone.now()
    zone = timezone.get_default_timezone()
    overview = read_overview(
        filters,
        before=form.compared_with,
        grain=grain,
        show=form.cleaned_data["show"],
        today=day_of(now, zone),
        now=now,
    )
    return Report(
        title=title,
        overview=overview,
        period=period_words(filters.period),
        compared=period_words(form.compared_with),
        zone=str(zone),
        query=filters.query(),
        file_name=f"figures-{filters.period.first_on}-{filters.period.last_on}",
        chips=chips(form),
        trends=[_trend(line, overview, filters, grain) for line in overview.headlines if line.figure.is_known],
        made_at=now,
    )


def _trend(line: Headline, overview: Overview, filters: Filters, grain: Grain) -> SafeString:
    points = overview.trends[line.metric.key]
    unlinked = [replace(point, filters=replace(point.filters, is_guarded=True)) for point in points]
    target = line.lines.target
    return printed(
        pictures.trend_picture(line.metric, unlinked, overview.marks, filters.period, grain, target=target).svg
    )


def write_report_pdf(report: Report) -> bytes:
    """Raises PdfMissing."""
    return write_pdf(render_to_string("feedback/report.html", {"report": report}), styles=STYLES)
