from collections.abc import Sequence

from django.utils.safestring import SafeString

from feedback.charts.chart import runs
from feedback.charts.scale import fitting_scale
from feedback.charts.svg import Place, band_path, element, line_path, percent, stretched
from feedback.metrics.figure import Figure

HEIGHT = 36


def sparkline(figures: Sequence[Figure], *, whole: tuple[float, float]) -> SafeString:
    """The shape of a trend beside its number. Decoration for the eye: the trend chart says the same in words."""
    values = [figure.value for figure in figures if figure.is_known]
    scale = fitting_scale(values, whole, top=4, bottom=HEIGHT - 4)
    last = max(len(figures) - 1, 1)
    shapes, dots = [], []
    for run in runs([figure.is_known for figure in figures]):
        places = [Place(0.01 + 0.97 * place / last, scale.y(figures[place].value)) for place in run]
        floor = [Place(place.x, HEIGHT) for place in places]
        shapes.append(element("path", d=band_path(places, floor), class_="chart-under"))
        shapes.append(element("path", d=line_path(places), class_="chart-line", vector_effect="non-scaling-stroke"))
        dots = [element("circle", cx=percent(places[-1].x), cy=places[-1].y, r=3, class_="chart-dot")]
    return element(
        "svg",
        stretched(*shapes, height=HEIGHT),
        *dots,
        class_="chart chart-spark",
        aria_hidden="true",
        width="100%",
        height=HEIGHT,
    )
