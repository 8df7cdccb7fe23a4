from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.charts.bars import Part, distribution_chart, funnel_chart, share_text, stacked_chart
from feedback.charts.chart import Chart, runs
from feedback.charts.curve import CurveStop, emotion_curve
from feedback.charts.scale import fitting_scale
from feedback.charts.sparkline import sparkline
from feedback.charts.svg import Place, band_path, element, line_path, percent
from feedback.charts.trend import TrendMark, TrendPoint, trend_chart
from feedback.charts.whisker import whisker
from feedback.metrics.figure import Figure, Unit
from feedback.metrics.histogram import EMPTY, Histogram
from feedback.metrics.nps import net_promoter_score

quick = settings(max_examples=60, deadline=None)
SPITE = "</text><script>alert('x')</script>\"&"


def nps(*values: int) -> Figure:
    return net_promoter_score(Histogram.of(values))


def trend(figures, complete=True, **more) -> Chart:
    points = [
        TrendPoint(f"w{place}", f"week {place}", figure, f"/rows/{place}", complete)
        for place, figure in enumerate(figures)
    ]
    return trend_chart("NPS by week", points, unit=Unit.POINTS, whole=(-100, 100), **more)


def curve(figures, names=None) -> Chart:
    stops = [
        CurveStop(
            place + 1,
            (names or {}).get(place, f"Stop {place}"),
            f"Stage {place // 2}",
            figure,
            "low" if place == 1 else "",
            f"/rows/{place}",
            place == 0,
        )
        for place, figure in enumerate(figures)
    ]
    return emotion_curve("Emotion curve", stops)


def parsed(svg) -> ElementTree.Element:
    """Raises where the drawing is no well-formed XML."""
    return ElementTree.fromstring(str(svg))


figures = st.lists(st.lists(st.integers(0, 10), max_size=40).map(lambda values: nps(*values)), min_size=1, max_size=40)
parts = st.lists(
    st.builds(
        Part,
        st.text(max_size=12).filter(str.isprintable),
        st.integers(0, 900),
        st.floats(0, 1),
        st.sampled_from(["good", "middle", "mixed", "bad"]),
        st.just("/rows"),
    ),
    min_size=1,
    max_size=11,
)


@quick
@given(figures)
def test_every_known_point_of_a_trend_is_one_link_and_every_point_one_row_of_the_table(series):
    chart = trend(series)
    links = parsed(chart.svg).findall("a")
    assert len(links) == sum(figure.is_known for figure in series)
    assert len(chart.table.rows) == len(series)


@quick
@given(parts)
def test_bars_are_well_formed_whatever_they_are_called(bars):
    for chart in (
        distribution_chart("Answers", bars),
        stacked_chart("Groups", bars, key="k"),
        funnel_chart("Way", bars, [""] * len(bars)),
    ):
        assert parsed(chart.svg).tag == "svg"
        assert len(chart.table.rows) == len(bars)


@quick
@given(figures)
def test_a_journey_of_any_figures_is_well_formed_and_links_the_measured_stops(series):
    chart = curve(series)
    assert len(parsed(chart.svg).findall("a")) == sum(figure.is_known for figure in series)


@pytest.mark.parametrize(
    "chart",
    [
        trend([nps(1, 9), nps(9)], marks=[TrendMark(0.5, SPITE)]),
        curve([nps(1, 9), nps(9)], names={0: SPITE}),
        distribution_chart(SPITE, [Part(SPITE, 1, 1.0, "bad", f"/rows?{SPITE}")]),
    ],
)
def test_words_in_a_chart_stay_words(chart):
    assert "<script" not in chart.svg
    assert parsed(chart.svg).find(".//script") is None


@pytest.mark.parametrize(
    "svg", [trend([nps(1, 9)]).svg, curve([nps(1, 9)]).svg, sparkline([nps(1), nps(9)], whole=(-100, 100))]
)
def test_a_chart_needs_no_inline_style_and_no_script(svg):
    for shape in parsed(svg).iter():
        assert "style" not in shape.attrib
        assert not [name for name in shape.attrib if name.startswith("on")]


def test_the_picture_is_one_image_with_words_and_the_points_stand_outside_of_it():
    tree = parsed(trend([nps(1, 9), nps(9, 9)]).svg)
    picture = tree.find("g")
    assert picture.get("role") == "img"
    assert "week 0" in picture.find("desc").text
    assert picture.findall(".//a") == []
    assert tree.get("role") == "group"


def test_a_point_says_its_value_interval_and_n_to_those_who_cannot_see_it():
    label = parsed(trend([nps(10, 10, 9, 0)]).svg).find("a").get("aria-label")
    assert label.startswith("week 0: +50")
    assert "95%" in label
    assert "n = 4" in label


def test_days_without_answers_break_the_line():
    lines = parsed(trend([nps(9, 1), nps(9, 2), net_promoter_score(EMPTY), nps(9, 1), nps(1, 9)]).svg).findall(
        ".//path[@class='chart-line']"
    )
    assert len(lines) == 2


def test_the_line_to_a_running_period_is_dashed():
    points = [
        TrendPoint("a", "a", nps(1, 9), "/a"),
        TrendPoint("b", "b", nps(1, 9), "/b"),
        TrendPoint("c", "c", nps(1, 9), "/c", False),
    ]
    tree = parsed(trend_chart("NPS", points, unit=Unit.POINTS, whole=(-100, 100)).svg)
    classes = [path.get("class") for path in tree.iter("path")]
    assert classes == ["chart-band", "chart-line", "chart-line chart-line-open"]


def test_a_hidden_figure_has_no_dot_and_says_so_in_the_table():
    chart = trend([nps(9, 9, 9).hidden(), nps(*[9] * 40)])
    assert len(parsed(chart.svg).findall("a")) == 1
    assert "hidden" in chart.table.rows[0][1].text


def test_a_single_answer_is_a_dot_in_the_middle():
    assert parsed(trend([nps(9)]).svg).find(".//circle") is not None


def test_bad_groups_are_hatched_so_that_colour_is_not_needed():
    tree = parsed(
        stacked_chart("Groups", [Part("Detractors", 3, 0.3, "bad"), Part("Promoters", 7, 0.7, "good")], key="nps").svg
    )
    hatched = [shape for shape in tree.iter("rect") if shape.get("fill") == "url(#hatch-nps)"]
    assert len(hatched) == 1


def test_what_is_there_but_rare_is_not_called_none():
    assert share_text(0.001) == "<1\u202f%"
    assert share_text(0) == "0\u202f%"


@quick
@given(st.lists(st.floats(-100, 100), min_size=1, max_size=30))
def test_a_scale_shows_every_value_and_its_grid_lines_lie_inside(values):
    scale = fitting_scale(values, (-100, 100), top=10, bottom=200)
    assert scale.low <= min(values) + 1e-6
    assert scale.high >= max(values) - 1e-6
    assert all(scale.low <= tick <= scale.high for tick in scale.ticks)
    assert all(10 - 1e-6 <= scale.y(value) <= 200 + 1e-6 for value in values)


@quick
@given(st.lists(st.floats(1, 7), min_size=1, max_size=30))
def test_small_changes_are_not_blown_up_to_the_whole_height(values):
    scale = fitting_scale(values, (1, 7), top=0, bottom=100)
    assert scale.high - scale.low >= 0.3 * 6 - 1e-6


def test_a_smooth_line_is_level_at_its_points():
    path = line_path([Place(0, 10), Place(0.5, 50)], smooth=True)
    assert path == "M0,10C250,10 250,50 500,50"


def test_a_band_runs_there_above_and_back_below():
    assert band_path([Place(0, 1), Place(1, 2)], [Place(0, 5), Place(1, 6)]) == "M0,1L1000,2L1000,6L0,5Z"


@given(st.lists(st.booleans(), max_size=30))
def test_runs_cover_exactly_the_known_places(known):
    assert [place for run in runs(known) for place in run] == [
        place for place, is_known in enumerate(known) if is_known
    ]


def test_attributes_are_escaped_and_none_is_left_out():
    assert element("a", "<", href='"', title=None) == '<a href="&quot;">&lt;</a>'


def test_a_share_of_the_width_is_a_percentage():
    assert percent(0.125) == "12.5%"


def test_the_drawing_beside_a_number_is_silent():
    assert parsed(whisker(nps(9, 1, 5), whole=(-100, 100), target=50)).get("aria-hidden") == "true"
