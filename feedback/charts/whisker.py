from django.utils.safestring import SafeString

from feedback.charts.svg import element, percent
from feedback.metrics.figure import Figure

HEIGHT = 18


def whisker(figure: Figure, *, whole: tuple[float, float], target: float | None = None) -> SafeString:
    """A figure as a dot on its scale with its interval. Decoration beside the number, hence silent."""
    low, high = whole

    def x(value: float) -> str:
        return percent(0.02 + 0.96 * (min(max(value, low), high) - low) / (high - low))

    middle = HEIGHT / 2
    shapes = [element("line", x1="2%", x2="98%", y1=middle, y2=middle, class_="chart-grid")]
    if low < 0 < high:
        shapes.append(element("line", x1=x(0), x2=x(0), y1=3, y2=HEIGHT - 3, class_="chart-zero"))
    if target is not None:
        shapes.append(element("line", x1=x(target), x2=x(target), y1=3, y2=HEIGHT - 3, class_="chart-target"))
    if figure.is_known:
        if figure.interval:
            ends = x(figure.interval.low), x(figure.interval.high)
            shapes.append(element("line", x1=ends[0], x2=ends[1], y1=middle, y2=middle, class_="chart-reach"))
        shapes.append(element("circle", cx=x(figure.value), cy=middle, r=4, class_="chart-dot"))
    return element("svg", *shapes, class_="chart chart-whiskers", aria_hidden="true", width="100%", height=HEIGHT)
