from datetime import date, timedelta

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from feedback.analytics import selection
from feedback.analytics.filters import ANY, FINISHED, INVITED, PARTIAL, STARTED, SUBMITTED, VISITED, Filters
from feedback.analytics.named_periods import NAMES, a_year_before, named_period
from feedback.analytics.selection import HowMany, how_many, select_responses
from feedback.forms.filters import FilterForm
from feedback.models import Standing
from feedback.tests.programme import NOW, answer, days_ago, make_programme, make_version
from feedback.views.asking import chips
from vocplatform.lib.periods import Period, last_days

TODAY = NOW.date()


def form_of(query: str) -> FilterForm:
    return FilterForm(QueryDict(query), today=TODAY)


def errors_of(query: str) -> dict[str, str]:
    form = form_of(query)
    assert not form.is_valid()
    return {name: str(messages[0]) for name, messages in form.errors.items()}


class RoundTrip(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_programme()

    @settings(max_examples=60, deadline=None)
    @given(
        st.builds(
            Filters,
            period=st.dates(date(2020, 1, 1), date(2025, 1, 1)).map(lambda day: Period(day, day + timedelta(days=30))),
            survey=st.sampled_from(["", "visit", "shop"]),
            version=st.sampled_from([None, 1, 7]),
            journey=st.sampled_from(["", "shop"]),
            stage=st.sampled_from(["", "shop/use"]),
            touchpoint=st.sampled_from(["", "parcel", "-"]),
            channel=st.sampled_from(["", "email"]),
            standing=st.sampled_from([ANY, *Standing.values]),
            metric=st.sampled_from(["nps", "csat"]),
            value=st.sampled_from([None, 0, 3]),
            state=st.sampled_from([FINISHED, STARTED, PARTIAL]),
            basis=st.sampled_from([SUBMITTED, INVITED, VISITED]),
            text=st.sampled_from(["", "späte & Lieferung=1"]),
        )
    )
    def test_an_address_says_exactly_what_the_filters_say(self, filters):
        form = form_of(filters.query())
        assert form.is_valid(), form.errors
        assert form.filters() == filters


@pytest.mark.django_db
class TestAddress:
    def test_without_a_word_it_is_about_the_last_ninety_days(self):
        form = form_of("")
        assert form.is_valid()
        assert form.filters().period == last_days(90, today=TODAY)

    def test_a_score_of_zero_is_a_filter(self):
        form = form_of("metric=nps&value=0")
        assert form.is_valid()
        assert form.filters().value == 0

    @pytest.mark.parametrize(
        ("query", "name", "message"),
        [
            ("surevy=visit", "__all__", "There is no filter named “surevy”."),
            ("touchpoint=nowhere", "touchpoint", "“nowhere” is not something to choose here."),
            ("first=2025-05-10&last=2025-05-01", "last", "The period ends before it starts."),
            ("last=2025-05-01", "first", "Say on which day the period starts."),
            ("period=custom", "first", "Say on which day the period starts."),
            ("first=0001-01-01", "first", "Choose a day between 1990 and 2100."),
            ("first=31.12.", "first", "Enter a valid date."),
            ("value=3", "metric", "Say which measure the group or score belongs to."),
            ("metric=nps&band=happy", "band", "This measure has no group of that name."),
            ("metric=nps&value=11", "value", "Ensure this value is less than or equal to 10."),
        ],
    )
    def test_a_wrong_value_is_refused_in_the_field_s_own_words(self, query, name, message):
        assert errors_of(query)[name] == message

    def test_dates_typed_now_win_over_a_name(self):
        form = form_of("period=last_90&first=2025-05-01&last=2025-05-02")
        assert form.is_valid()
        assert form.filters().period.days == 2

    def test_a_name_chosen_now_wins_over_dates_that_were_kept(self):
        form = form_of("period=last_7&first=2025-05-01&last=2025-05-02&kept=1")
        assert form.is_valid()
        assert form.filters().period.days == 7

    def test_each_set_filter_can_be_taken_away_by_itself(self):
        make_version("visit")
        form = form_of("survey=visit&metric=nps&band=detractors")
        assert form.is_valid()
        shown = {chip.label: (chip.value, chip.without) for chip in chips(form)}
        assert shown["Group"][0] == "Detractors (0–6)"
        assert "band" not in shown["Measure"][1]
        assert "survey=visit" in shown["Measure"][1]

    def test_comparing_with_a_year_before_keeps_the_days_of_the_week(self):
        form = form_of("compare=year&period=last_7")
        assert form.is_valid()
        assert form.compared_with.first_on.weekday() == form.filters().period.first_on.weekday()


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_every_named_period_ends_today_or_before(name):
    period = named_period(name, today=TODAY)
    assert period.first_on <= period.last_on <= TODAY


@pytest.mark.django_db
def test_all_time_starts_with_the_first_answer_that_was_counted():
    from feedback.services.rollups import rebuild_day

    answer(make_version(), at=days_ago(300), recommend=9)
    rebuild_day(days_ago(300).date(), now=NOW)
    assert named_period("all", today=TODAY).first_on == days_ago(300).date()


def test_last_month_is_the_whole_month_before():
    assert named_period("last_month", today=TODAY) == Period(date(2025, 4, 1), date(2025, 4, 30))


def test_a_year_before_is_fifty_two_weeks():
    assert a_year_before(Period(TODAY, TODAY)).first_on == TODAY - timedelta(days=364)


@pytest.mark.django_db
class TestHowMany:
    """Of many responses the roll-ups tell the number; it must be the one that counting would give."""

    @pytest.fixture(autouse=True)
    def _many(self, monkeypatch):
        from feedback.services.rollups import rebuild_day

        monkeypatch.setattr(selection, "EXACT_UP_TO", 2)
        version = make_version()
        for value in (0, 0, 3, 7, 9, 10):
            answer(version, recommend=value, happy=2, why="Words.", label="negative" if value < 7 else "positive")
        answer(version, why="ดี", label="")
        rebuild_day(TODAY, now=NOW)

    @pytest.mark.parametrize(
        ("asked", "n"),
        [
            ({}, 7),
            ({"metric": "nps"}, 6),
            ({"metric": "nps", "band": "detractors"}, 3),
            ({"metric": "nps", "value": 0}, 2),
            ({"metric": "sentiment"}, 6),
            ({"metric": "sentiment", "band": "negative"}, 3),
            ({"metric": "sentiment", "band": "not_scored"}, 1),
            ({"metric": "experience"}, 6),
        ],
    )
    def test_the_roll_ups_know_as_many_as_there_are(self, asked, n):
        filters = Filters(period=last_days(7, today=TODAY), **asked)
        rows = select_responses(filters)
        assert rows.count() == n
        assert how_many(rows, filters) == HowMany(n, is_exact=True)

    def test_a_search_says_more_than_rather_than_a_wrong_number(self):
        filters = Filters(period=last_days(7, today=TODAY), text="words")
        assert how_many(select_responses(filters), filters) == HowMany(2, is_exact=False)
