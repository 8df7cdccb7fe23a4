"""Groups side by side: against everybody else, over all tests at once, and never across a wording change."""

import random
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from feedback.analytics.comparisons import By, compare_groups
from feedback.analytics.filters import Filters
from feedback.metrics import CSAT, NPS
from feedback.metrics.change import Verdict
from feedback.metrics.figure import State
from feedback.models import Fact, FactRule, MetricDefinition, Rollup
from feedback.tasks import sweep_facts, watch_metrics
from feedback.tests.programme import ASKED, NOW, make_programme, make_touchpoint, make_version
from feedback.tests.staff import browser, staff
from surveys.models import Source, Team, TouchpointEvent
from vocplatform.lib.periods import last_days

pytestmark = pytest.mark.django_db
WEEK = Filters(period=last_days(7, today=NOW.date()))


def said(version, place, *, days_ago=1, kind="nps", anonymous=False, **bins) -> None:
    answers = sum(bins.values())
    Rollup.objects.create(
        on=(NOW - timedelta(days=days_ago)).date(), version=version, survey=version.survey, touchpoint_key=place.pk,
        channel="email", question_key="recommend", kind=kind, is_lead=True, answers=answers, is_anonymous=anonymous,
        **bins,
    )  # fmt: skip


def compare(by=By.TOUCHPOINT, metric=NPS, filters=WEEK):
    return compare_groups(metric, by, filters, filters.period.previous)


def group(found, label: str):
    return next(each for each in found.groups if each.label == label)


@pytest.fixture
def programme():
    return make_programme()


def test_each_group_is_held_against_everybody_else(programme):
    said(programme.visit, programme.counter, bin_10=30, bin_0=10)
    said(programme.visit, programme.support, bin_10=10, bin_0=30)
    said(programme.visit, programme.delivery, bin_10=20, bin_0=20)
    counter = group(compare(), "Counter")
    assert (counter.figure.value, counter.others.value, counter.others.n) == (50, -25, 80)
    assert counter.difference == 75
    assert counter.verdict is Verdict.BETTER


def test_what_stands_out_by_chance_among_many_is_not_called_different(programme):
    chance, clear = random.Random(3), 0
    places = [make_touchpoint(f"Shop {number}") for number in range(25)]
    for place in places:
        good = sum(chance.random() < 0.5 for _ in range(60))
        said(programme.visit, place, bin_10=good, bin_0=60 - good)
    found = compare()
    alone = sum(each.interval.excludes_zero for each in found.groups)
    clear = sum(each.verdict in (Verdict.BETTER, Verdict.WORSE) for each in found.groups)
    assert clear <= alone
    assert clear == 0


def test_versions_that_ask_in_other_words_are_not_compared():
    first = make_version()
    again = make_version(number=2, questions=[{**ASKED[0], "text": "How likely are you to return?"}])
    place = make_touchpoint("Counter")
    said(first, place, bin_10=30, bin_0=10)
    said(again, place, bin_10=10, bin_0=30)
    for each in compare(By.VERSION).groups:
        assert each.blocked.startswith("The question was put in other words")
        assert (each.difference, each.verdict) == (None, Verdict.CANNOT_TELL)


def test_versions_that_ask_in_the_same_words_are_compared():
    first, again = make_version(), make_version(number=2)
    place = make_touchpoint("Counter")
    said(first, place, bin_10=30, bin_0=10)
    said(again, place, bin_10=10, bin_0=30)
    assert [each.verdict for each in compare(By.VERSION).groups] == [Verdict.BETTER, Verdict.WORSE]


def test_a_period_before_a_new_wording_is_not_compared_with_the_one_after(programme):
    again = make_version("visit", number=2, questions=[{**ASKED[0], "text": "Another question?"}])
    said(programme.visit, programme.counter, days_ago=9, bin_10=30)
    said(again, programme.counter, bin_0=30)
    assert group(compare(By.PERIOD), "Counter").blocked


def test_the_page_says_why_two_periods_are_not_compared(programme):
    again = make_version("visit", number=2, questions=[{**ASKED[0], "text": "Another question?"}])
    said(programme.visit, programme.counter, days_ago=9, bin_10=30)
    said(again, programme.counter, bin_0=30)
    period = {"first": WEEK.period.first_on, "last": WEEK.period.last_on}
    page = browser(staff("analyst")).get(reverse("comparisons"), {**period, "by": "period"}).content.decode()
    assert "The question was put in other words on one side" in page


def test_a_period_is_compared_with_the_same_place_before(programme):
    said(programme.visit, programme.counter, days_ago=9, bin_10=20, bin_0=30)
    said(programme.visit, programme.counter, bin_10=45, bin_0=5)
    counter = group(compare(By.PERIOD), "Counter")
    assert (counter.figure.value, counter.others.value, counter.verdict) == (80, -20, Verdict.BETTER)


def test_teams_add_up_their_touchpoints(programme):
    team = Team.objects.create(name="Desk", slug="desk")
    for place in (programme.counter, programme.support):
        place.owner_team = team
        place.save(update_fields=["owner_team"])
        said(programme.visit, place, bin_10=20)
    said(programme.visit, programme.delivery, bin_0=20)
    assert group(compare(By.TEAM), "Desk").figure.n == 40


def test_a_group_of_four_anonymous_answers_is_hidden_with_what_would_tell_it(programme):
    said(programme.secret, programme.counter, anonymous=True, bin_10=4)
    said(programme.secret, programme.support, anonymous=True, bin_10=9)
    found = compare()
    assert {each.figure.state for each in found.groups} == {State.HIDDEN}
    assert all(each.difference is None for each in found.groups)


def test_groups_that_cannot_be_told_apart_stand_by_name_and_not_by_rank(programme):
    said(programme.visit, programme.support, bin_10=22, bin_0=18)
    said(programme.visit, programme.counter, bin_10=20, bin_0=20)
    board = compare().leaderboard
    assert not board.is_ordered
    assert [place.group.label for place in board.places] == ["Counter", "Support call"]


def test_groups_far_apart_are_ranked(programme):
    said(programme.visit, programme.support, bin_10=95, bin_0=5)
    said(programme.visit, programme.counter, bin_10=5, bin_0=95)
    said(programme.visit, programme.delivery, bin_10=50, bin_0=50)
    board = compare().leaderboard
    assert board.is_ordered
    assert [place.group.label for place in board.places] == ["Support call", "Parcel", "Counter"]


def test_groups_below_thirty_answers_are_not_placed(programme):
    said(programme.visit, programme.support, bin_10=29)
    said(programme.visit, programme.counter, bin_10=20, bin_0=20)
    board = compare().leaderboard
    assert (len(board.places), board.too_few) == (1, 1)


def test_nothing_to_compare_says_so():
    assert "Nothing to compare" in browser(staff("analyst")).get(reverse("comparisons")).content.decode()


def test_another_measure_is_compared_by_its_own_answers(programme):
    said(programme.visit, programme.counter, kind="csat", bin_5=40)
    said(programme.visit, programme.support, kind="csat", bin_1=40)
    assert [each.figure.text for each in compare(metric=CSAT).groups] == ["100\u202f%", "0\u202f%"]


def test_a_new_installation_has_every_metric_and_keeps_what_staff_changed():
    call_command("load_defaults")
    MetricDefinition.objects.filter(key="nps").update(target=20, act_at=None)
    call_command("load_defaults")
    assert MetricDefinition.objects.get(key="nps").target == 20
    fcr = MetricDefinition.objects.get(key="fcr")
    assert (fcr.target, fcr.act_at, fcr.benchmark_low, fcr.benchmark_high) == (70, 65, 70, 75)


@pytest.fixture
def administration():
    user = staff("admin")
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    return browser(user)


def test_a_line_to_act_on_the_good_side_of_the_target_is_refused_in_words(administration):
    call_command("load_defaults")
    row = MetricDefinition.objects.get(key="nps")
    data = {
        "name": "NPS", "purpose": "", "direction": "up", "target": "20", "act_at": "30", "cadence": "month",
        "minimum_n": "10", "window_days": "7", "position": "0", "is_active": "on",
        "benchmarks-TOTAL_FORMS": "0", "benchmarks-INITIAL_FORMS": "0",
    }  # fmt: skip
    page = administration.post(reverse("admin:feedback_metricdefinition_change", args=[row.pk]), data)
    assert "This lies on the good side of the target." in page.content.decode()


def test_a_meaning_that_is_changed_in_the_administration_reads_its_events_anew(administration):
    place = make_touchpoint("Shop")
    rule = FactRule.objects.create(touchpoint=place, kind="referral", last_event_id=99)
    data = {"touchpoint": place.pk, "kind": "cancel", "is_active": "on"}
    assert administration.post(reverse("admin:feedback_factrule_change", args=[rule.pk]), data).status_code == 302
    rule.refresh_from_db()
    assert (rule.kind, rule.last_event_id) == ("cancel", 0)


def test_the_sweep_reads_everything_that_waits():
    place = make_touchpoint("Shop")
    FactRule.objects.create(touchpoint=place, kind="referral")
    source = Source.objects.create(slug="shop", name="Shop")
    TouchpointEvent.objects.create(
        source=source, event_id="1", touchpoint=place, occurred_at=NOW, received_at=NOW, fingerprint="x"
    )
    sweep_facts()
    assert Fact.objects.count() == 1


def test_the_nightly_watch_of_an_empty_installation_does_nothing():
    watch_metrics()
    assert not Rollup.objects.exists()
