from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.template import Context, Template
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics.figure import Figure, Unit
from vocplatform.lib.stats import Interval
from vocplatform.lib.words import in_words
from vocplatform.templatetags.voc import ago, initials


def drawn(source: str, **context) -> str:
    return Template("{% load voc %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=1), "1 min"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(hours=48), "2 days"),
        (timedelta(days=400), "400 days"),
    ],
)
def test_a_length_of_time_is_as_short_as_people_say_it(span, words):
    assert in_words(span) == words


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000)))
def test_a_length_of_time_always_has_words(span):
    assert in_words(span)[0].isdigit()


@pytest.mark.parametrize(("by", "words"), [(-3, "3 h ago"), (3, "in 2 h"), (0, "now")])
def test_how_long_ago_is_told_with_the_exact_moment_beside_it(by, words):
    when = timezone.now() + timedelta(hours=by)
    shown = ago(when)
    assert words in shown
    assert when.isoformat() in shown
    assert "UTC" in shown


def test_what_never_happened_has_no_time():
    assert ago(None) == ""


@pytest.mark.parametrize(
    ("kind", "number", "band", "words"),
    [
        ("nps", 0, "low", "NPS 0 of 10: Detractors (0–6)"),
        ("nps", 8, "middle", "NPS 8 of 10: Passives (7–8)"),
        ("csat", 1, "low", "CSAT 1 of 5"),
        ("ces", 7, "high", "CES 7 of 7: Easy (5–7)"),
        ("rating", 1, "plain", "Rating 1 of 5"),
    ],
)
def test_a_score_is_drawn_in_its_band_and_says_its_scale(kind, number, band, words):
    shown = drawn("{% score_badge kind number %}", kind=kind, number=number)
    assert f"score-{band}" in shown
    assert words in shown


def test_no_score_is_a_dash_and_not_a_zero():
    shown = drawn('{% score_badge "nps" None %}')
    assert "No score" in shown
    assert "0" not in shown


def test_a_figure_stands_with_what_it_rests_on_and_how_far_it_may_be_off():
    shown = drawn('{% figure it "NPS" %}', it=Figure.known(23.0, 28, Interval(2.0, 44.0), Unit.POINTS))
    assert [part in shown for part in ("+23", "n = 28", "+2 to +44", "few answers")] == [True] * 4


def test_a_figure_of_0_is_shown_as_0():
    assert ">0<" in drawn('{% figure it "NPS" %}', it=Figure.known(0.0, 40, Interval(-9.0, 9.0), Unit.POINTS))


def test_a_figure_without_answers_says_so():
    assert "no answers" in drawn('{% figure it "NPS" %}', it=Figure.no_answers(Unit.POINTS))


@pytest.mark.parametrize(
    ("user", "letters"),
    [
        (User(username="ana.ribeiro"), "AR"),
        (User(username="x", first_name="Mia", last_name="van Dijk"), "MD"),
        (None, ""),
    ],
)
def test_a_person_without_a_picture_has_two_letters(user, letters):
    assert initials(user) == letters


@given(st.text(max_size=20))
def test_an_icon_never_breaks_out_of_its_markup(name):
    assert drawn("{% icon name %}", name=name).count("<") == 4
