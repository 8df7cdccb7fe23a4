import re
from html import unescape

import pytest
from django.urls import reverse

from feedback.models import DriverStudy
from feedback.services.drivers import ask_driver_study, run_driver_study
from feedback.tests.programme import NOW, make_version
from feedback.tests.staff import browser, staff
from feedback.tests.test_driver_studies import PERIOD, heard, version  # noqa: F401

pytestmark = pytest.mark.django_db


def words(response) -> str:
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.fixture
def analyst():
    return browser(staff("analyst"))


def asked(version, drivers=("happy", "easy", "staff")) -> dict:  # noqa: F811
    return {"version": version.pk, "outcome": "recommend", "drivers": drivers, "period": "all"}


def done(version) -> DriverStudy:  # noqa: F811
    study = ask_driver_study(
        version,
        outcome="recommend",
        drivers=["happy", "easy", "staff"],
        period=PERIOD,
        actor=None,
        now=NOW,
        samples=80,
    )
    run_driver_study(study.pk, now=NOW)
    return study


def test_without_a_survey_that_asks_enough_the_page_says_what_is_needed(analyst):
    make_version(questions=[])
    assert "No survey asks enough to compare" in words(analyst.get(reverse("drivers")))


def test_a_study_is_asked_for_and_waits_on_a_page_of_its_own(analyst, version):  # noqa: F811
    answer = analyst.post(reverse("drivers"), asked(version))
    study = DriverStudy.objects.get()
    assert answer.headers["Location"] == reverse("driver_study", args=[study.pk])
    assert (study.drivers, study.asked_by.username) == (["happy", "easy", "staff"], "analyst")
    assert "This is being computed" in words(analyst.get(answer.headers["Location"]))


@pytest.mark.parametrize(
    ("drivers", "says"),
    [
        ([], "Choose at least two drivers"),
        (["easy"], "Choose at least two drivers"),
        (["recommend", "easy"], "The outcome cannot be its own driver."),
        (["easy", "nothing"], "nothing is not one of the available choices."),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_in_words(analyst, version, drivers, says):  # noqa: F811
    answer = analyst.post(reverse("drivers"), asked(version, drivers))
    assert (answer.status_code, DriverStudy.objects.count()) == (400, 0)
    assert says in words(answer)


def test_reading_alone_does_not_allow_asking(version):  # noqa: F811
    agent = browser(staff("agent"))
    assert agent.post(reverse("drivers"), asked(version)).status_code == 403
    assert "Compute" not in words(agent.get(reverse("drivers")))


def test_a_finished_study_shows_weights_with_intervals_and_says_that_it_is_an_association(analyst, version, heard):  # noqa: F811
    page = words(analyst.get(reverse("driver_study", args=[done(version).pk])))
    assert "association, not cause" in page
    assert "n = 60 people" in page
    assert re.search(r"1\. And with our staff\? \d+ % \d+ to \d+", page)
    assert "the same data give the same result" in page


def test_both_drawings_have_their_table(analyst, version, heard):  # noqa: F811
    page = analyst.get(reverse("driver_study", args=[done(version).pk])).content.decode()
    assert page.count('class="twin"') == page.count('<svg class="chart ') == 2


def test_a_refused_study_says_why(analyst, version):  # noqa: F811
    assert "are too few for 3 drivers" in words(analyst.get(reverse("driver_study", args=[done(version).pk])))


def test_the_list_costs_the_same_however_many_were_asked(analyst, version, django_assert_max_num_queries):  # noqa: F811
    done(version)
    analyst.get(reverse("drivers"))
    with django_assert_max_num_queries(40) as first:
        analyst.get(reverse("drivers"))
    for _turn in range(4):
        done(version)
    with django_assert_max_num_queries(len(first)):
        analyst.get(reverse("drivers"))


def test_a_driver_begins_an_initiative_that_names_the_study(version, heard):  # noqa: F811
    desk, study = browser(staff("manager")), done(version)
    page = desk.get(reverse("driver_study", args=[study.pk])).content.decode()
    address = unescape(re.search(r'href="(/initiatives/new/[^"]*)"', page).group(1))
    form = desk.get(address).context["form"]
    assert (form["name"].value(), form["driver_study"].value()) == ("And with our staff?", str(study.pk))


def test_whoever_may_not_begin_an_initiative_is_not_offered_one(analyst, version, heard):  # noqa: F811
    page = analyst.get(reverse("driver_study", args=[done(version).pk])).content.decode()
    may = analyst.get(reverse("loop:initiative_new")).status_code == 200
    assert ("/initiatives/new/" in page) == may
