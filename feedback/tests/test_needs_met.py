from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.analytics.filters import Filters
from feedback.analytics.needs import read_needs
from feedback.analytics.selection import select_responses
from feedback.forms.filters import FilterForm
from feedback.services.rollups import refresh_rollups
from feedback.tests.programme import NEEDS, NOW, answer, make_touchpoint, make_version
from feedback.tests.test_dashboard_pages import words
from surveys.models import Touchpoint
from vocplatform.lib.periods import last_days

pytestmark = pytest.mark.django_db
WEEK = Filters(period=last_days(7, today=NOW.date()))


@pytest.fixture
def counter() -> Touchpoint:
    return make_touchpoint("Counter", functional_need="Get a parcel", emotional_need="Feel welcome")


def said(version, place, *, at=NOW, **answers):
    refresh_rollups(answer(version, at=at, touchpoint=place, **answers).pk, now=at)


def needs_at(place: Touchpoint, filters: Filters = WEEK):
    return read_needs([place], filters).get(place.pk)


def test_the_share_of_yes_is_told_with_its_interval(counter):
    version = make_version(questions=NEEDS)
    for reply in ("yes", "yes", "yes", "no"):
        said(version, counter, need_met=[reply])
    figure = needs_at(counter).functional_need
    assert (figure.value, figure.n) == (75, 4)
    assert (round(figure.interval.low, 1), round(figure.interval.high, 1)) == (30.1, 95.4)


def test_both_needs_are_told_apart(counter):
    version = make_version(questions=NEEDS)
    said(version, counter, need_met=["no"], felt_right=["yes"])
    found = needs_at(counter)
    assert (found.functional_need.value, found.emotional_need.value) == (0, 100)


def test_the_feeling_that_most_named_is_told_in_the_words_of_the_survey(counter):
    version = make_version(questions=NEEDS)
    for feeling in ("anger", "relief", "anger"):
        said(version, counter, emotion=[feeling])
    felt = needs_at(counter).felt
    assert (felt.name, round(felt.figure.value), felt.figure.n) == ("Anger", 67, 3)


def test_where_nobody_was_asked_nothing_is_told(counter):
    said(make_version(), counter, again=["yes"], heard=["friend"])
    assert needs_at(counter) is None


def test_answers_given_elsewhere_do_not_count_here(counter):
    other, version = make_touchpoint("Parcel"), make_version(questions=NEEDS)
    said(version, counter, need_met=["yes"])
    said(version, other, need_met=["no"])
    assert [needs_at(place).functional_need.value for place in (counter, other)] == [100, 0]


def test_two_surveys_at_one_touchpoint_are_added_up(counter):
    said(make_version("one", questions=NEEDS), counter, need_met=["yes"], emotion=["relief"])
    said(make_version("two", questions=NEEDS), counter, need_met=["no"], emotion=["relief"])
    found = needs_at(counter)
    assert (found.functional_need.value, found.functional_need.n) == (50, 2)
    assert (found.felt.figure.value, found.felt.figure.n) == (100, 2)


def test_a_figure_leads_to_the_very_answers_behind_it(counter):
    version = make_version(questions=NEEDS)
    mine = answer(version, touchpoint=counter, need_met=["no"], emotion=["relief"])
    refresh_rollups(mine.pk, now=NOW)
    said(version, make_touchpoint("Parcel"), need_met=["yes"], emotion=["anger"])
    found = needs_at(counter)
    for rows in (found.met[0].rows, found.felt.rows):
        form = FilterForm(QueryDict(rows), today=NOW.date())
        assert form.is_valid(), form.errors
        assert [row.pk for row in select_responses(form.filters())] == [mine.pk]


def test_of_fewer_than_five_nameless_people_no_share_is_told(counter):
    version = make_version(questions=NEEDS, is_anonymous=True)
    for _person in range(4):
        said(version, counter, need_met=["no"], emotion=["anger"])
    found = needs_at(counter)
    assert not found.functional_need.is_known
    assert (found.felt.name, found.felt.figure.is_known) == ("", False)


def test_the_map_shows_beside_each_need_whether_it_was_met(client, django_user_model, counter):
    client.force_login(django_user_model.objects.create_superuser("ana"))
    said(
        make_version(questions=NEEDS),
        counter,
        at=timezone.now() - timedelta(minutes=5),
        need_met=["yes"],
        felt_right=["no"],
        emotion=["relief"],
    )
    page = words(client.get(reverse("journey_map")))
    for shown in ("Functional need met", "Felt as it should", "Felt most", "Relief, 100", "met 100"):
        assert shown in page


def test_needs_cost_the_same_at_many_touchpoints(counter):
    version = make_version(questions=NEEDS)
    places = [counter, *(make_touchpoint(f"Stop {turn}") for turn in range(5))]
    for place in places:
        said(version, place, need_met=["yes"], emotion=["relief"])
    with CaptureQueriesContext(connection) as queries:
        assert len(read_needs(places, WEEK)) == 6
    assert len(queries) == 3
