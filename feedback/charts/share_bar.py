from django.utils.safestring import SafeString

from feedback.charts.svg import element, percent
from feedback.metrics.figure import Figure

HEIGHT = 18


def share_bar(share: Figure) -> SafeString:
    """A share as a bar from nothing to everybody, with its interval across the end. Decoration beside the number."""
    middle = HEIGHT / 2
    shapes = [element("rect", x="0%", y=3, width="100%", height=HEIGHT - 6, rx=3, class_="chart-track")]
    if share.is_known:
        wide = percent(share.value / 100)
        shapes.append(element("rect", x="0%", y=3, width=wide, height=HEIGHT - 6, rx=3, class_="chart-step"))
        low, high = percent(share.interval.low / 100), percent(share.interval.high / 100)
        shapes.append(element("line", x1=low, x2=high, y1=middle, y2=middle, class_="chart-reach-over"))
    return element("svg", *shapes, class_="chart chart-share", aria_hidden="true", width="100%", height=HEIGHT)
