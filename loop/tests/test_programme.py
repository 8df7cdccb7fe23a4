"""The twelve-month list, maturity from what is done, the return and the audit of channels."""

import csv
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.metrics import CSAT
from feedback.metrics.pooling import Estimate
from loop.models import ProgrammeStep, ReturnAssumptions
from loop.reports.channels import channel_audit
from loop.reports.programme import ITEMS, Observed, maturity, programme_report
from loop.reports.returns import return_of
from loop.services.initiatives import read_out
from loop.services.programme import note_step
from loop.tests.outer import registered, weekly_scores
from loop.tests.rows import DAY, NOON, customer, person, response, touchpoint
from loop.tests.staff import browser, staff
from loop.trial.spread import spread_between
from vocplatform.lib.stats import chi_squared_quantile

TODAY = date(2026, 11, 23)


# The list.
def test_the_list_has_five_items_in_each_of_four_parts():
    assert [sum(item.part == part for item in ITEMS) for part in range(4)] == [5, 5, 5, 5]
    assert len({item.key for item in ITEMS}) == 20


@pytest.mark.django_db
def test_what_rows_show_is_done_without_anybody_saying_so():
    read_out(registered(kind="training").pk, now=NOON + timedelta(weeks=20))
    done = {line.item.key for part in programme_report(now=NOON).parts for line in part.lines if line.is_done}
    assert done == {"training"}


@pytest.mark.django_db
def test_a_persons_word_does_not_stand_in_for_rows():
    note_step("training", actor=person(), done_on=TODAY)
    note_step("vision", actor=person("eva"), done_on=TODAY)
    done = {line.item.key for part in programme_report(now=NOON).parts for line in part.lines if line.is_done}
    assert done == {"vision"}


# Maturity.
@pytest.mark.django_db
def test_nothing_in_use_is_level_one_and_the_first_gap_is_the_next_step():
    found = maturity(Observed(NOON))
    assert (found.level, found.next_step.level, found.next_step.count) == (1, 2, 0)


@pytest.mark.django_db
def test_level_two_needs_metrics_a_rhythm_and_shared_cases():
    observed = Observed(NOON)
    observed.__dict__ |= {"metrics": 2, "weeks_with_answers": 10, "people_on_cases": 2, "cases_worked": 5}
    assert maturity(observed).level == 2
    observed.__dict__ |= {"people_on_cases": 1}
    assert maturity(observed).level == 1


@pytest.mark.django_db
def test_a_metric_counts_from_thirty_answers_and_a_week_from_one():
    for number in range(30):
        response(nps=9, who=customer(f"C-{number}"), at=NOON - (number % 3) * 7 * DAY)
    observed = Observed(NOON)
    assert (observed.metrics, observed.weeks_with_answers) == (1, 3)


# The return.
ENTERED = ("customers", "value", "margin", "lift", "cost", "profit")


def bands(**fields) -> ReturnAssumptions:
    exact = {"customers": 1000, "value": 100.0, "margin": 50.0, "lift": 3.0, "cost": 1000.0, "profit": 50.0} | fields
    both = {f"{name}_{end}": value for name, value in exact.items() for end in ("low", "high")}
    return ReturnAssumptions(pk=1, **both)


def test_without_doubt_the_return_is_one_number():
    found = return_of(bands())
    assert found.middle == found.worst == found.best == pytest.approx(500)
    assert found.break_even == pytest.approx(2.0)


def test_a_band_from_loss_to_gain_says_how_likely_a_loss_is():
    given = bands()
    given.lift_low, given.lift_high = 0.0, 4.0  # breaks even at 2 of 4
    found = return_of(given)
    assert found.chance_of_loss == pytest.approx(0.5, abs=0.02)
    assert (found.worst, found.best) == (pytest.approx(-1000), pytest.approx(1000))
    assert found.interval.low == pytest.approx(-900, abs=20)


def test_the_published_band_of_profit_belongs_to_five_points_and_is_no_part_of_the_return():
    found = return_of(bands(lift=2.5, profit=40.0))  # half of five points, of a margin of 50 000
    assert found.published.low == found.published.high == pytest.approx(10_000)
    assert found.middle == return_of(bands(lift=2.5, profit=90.0)).middle


def test_by_itself_the_published_band_goes_from_25_to_95_percent():
    given = ReturnAssumptions(pk=1, customers_low=1000, customers_high=1000, value_low=100, value_high=100)
    given.margin_low = given.margin_high = 100
    given.lift_low = given.lift_high = 5
    found = return_of(given).published
    assert 25_000 < found.low < 30_000
    assert 90_000 < found.high < 95_000


def test_what_winning_costs_is_not_assumed_before_somebody_says_so():
    assert return_of(bands()).replacing is None
    assert return_of(bands(lift=3.0, cost=1000.0, ratio=5.0)).replacing.low == pytest.approx(150)


@pytest.mark.django_db
def test_both_published_ratios_stand_on_the_page_with_their_origin_and_neither_is_chosen(desk):
    page = desk.get(reverse("loop:programme_return")).content.decode()
    assert "6 to 7 times" in page
    assert "5 times" in page
    assert page.count("OpenText, What is customer experience") == 2
    assert "say below which ratio you assume" in page


@pytest.mark.django_db
def test_a_band_with_one_end_is_refused(desk):
    told = {f"{name}_{end}": 10 for name in ENTERED for end in ("low", "high")}
    answer = desk.post(reverse("loop:programme_return"), told | {"ratio_low": 5})
    assert answer.status_code == 422
    assert "Give both ends of the band, or neither." in answer.content.decode()


# Channels.
@pytest.mark.parametrize(("degrees", "share", "known"), [(1, 0.95, 3.841), (4, 0.025, 0.4844), (4, 0.975, 11.143)])
def test_chi_square_quantiles_are_those_of_the_tables(degrees, share, known):
    assert chi_squared_quantile(share, degrees) == pytest.approx(known, rel=1e-3)


def test_the_spread_between_groups_holds_the_planted_one_as_often_as_it_says():
    chance = np.random.default_rng(3)
    held = 0
    for _run in range(200):
        errors = chance.uniform(1, 3, 6)
        values = chance.normal(70, 4, 6) + chance.normal(0, errors)
        groups = [Estimate(float(v), float(e)) for v, e in zip(values, errors, strict=True)]
        held += 4.0 in spread_between(groups).interval
    assert held >= 0.93 * 200


def test_groups_that_differ_by_chance_alone_are_not_called_different():
    groups = [Estimate(70.0, 2.0), Estimate(71.0, 2.0), Estimate(69.5, 2.0)]
    assert not spread_between(groups).is_clear


def two_channels_apart():
    """In this quarter; nothing was heard before."""
    weekly_scores(touchpoint("shop", channel="web"), [90.0] * 4, first_on=date(2026, 10, 5))
    weekly_scores(touchpoint("desk", channel="phone"), [50.0] * 4, first_on=date(2026, 10, 5))
    return channel_audit(CSAT, today=TODAY)


@pytest.mark.django_db
def test_channels_that_lie_far_apart_are_found_in_their_quarter():
    newest, before = two_channels_apart()[:2]
    assert newest.spread.is_clear
    assert [line.name for line in newest.lines] == ["phone", "website"]
    assert before.spread is None


@pytest.mark.django_db
def test_the_audit_tells_other_programs_and_a_file_the_numbers_of_the_page(desk, time_machine):
    time_machine.move_to(datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC))
    spread = two_channels_apart()[0].spread
    ends = (spread.interval.low, spread.interval.high)
    told = desk.get("/api/v1/channels").json()["quarters"]
    assert (told[0]["differ"], told[1]["between"]["state"]) == (True, "cannot_tell")
    between = told[0]["between"]
    assert (between["value"], between["low"], between["high"]) == (spread.value, *ends)
    assert [line["channel"] for line in told[0]["channels"]] == ["phone", "web"]
    file = desk.get(reverse("loop:programme_channels_csv")).content.decode("utf-8-sig").splitlines()
    (row, *lines) = list(csv.DictReader(file))
    assert (row["scope"], float(row["low_95"]), float(row["high_95"])) == ("between", *ends)
    assert [line["scope"] for line in lines] == ["phone", "web", "between", "between", "between"]


@pytest.mark.django_db
@pytest.mark.parametrize("asked", [{"metric": "joy"}, {"show": "nps"}])
def test_the_audit_of_a_metric_that_is_not_audited_is_refused(desk, asked):
    assert desk.get("/api/v1/channels", asked).status_code == 400


# The pages.
@pytest.fixture
def desk():
    return browser(staff("manager"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["programme", "programme_return", "programme_channels"])
def test_every_page_opens_on_an_empty_house(desk, name):
    assert desk.get(reverse(f"loop:{name}")).status_code == 200


@pytest.mark.django_db
def test_the_list_asks_the_database_a_constant_number_of_times(desk):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            desk.get(reverse("loop:programme"))
        return len(caught)

    registered("One")
    few = queries()
    for number in range(3):
        registered(f"More {number}")
    assert queries() == few


@pytest.mark.django_db
def test_an_item_is_noted_with_its_evidence(desk):
    told = {"done_on": "2026-11-02", "evidence": "https://example.org/vision", "note": "Signed."}
    desk.post(reverse("loop:programme_step", args=["vision"]), told)
    assert ProgrammeStep.objects.get(key="vision").evidence == "https://example.org/vision"
    assert 'href="https://example.org/vision"' in desk.get(reverse("loop:programme")).content.decode()


@pytest.mark.django_db
def test_an_item_that_is_not_on_the_list_is_not_there(desk):
    assert desk.get(reverse("loop:programme_step", args=["other"])).status_code == 404


@pytest.mark.django_db
def test_a_band_that_is_upside_down_is_refused(desk):
    told = {f"{name}_{end}": 10 for name in ENTERED for end in ("low", "high")}
    answer = desk.post(reverse("loop:programme_return"), told | {"lift_low": 20})
    assert answer.status_code == 422
    assert "The most cannot be less than the least." in answer.content.decode()


@pytest.mark.django_db
def test_assumptions_are_kept_for_everybody(desk):
    told = {f"{name}_{end}": 10 for name in ENTERED for end in ("low", "high")}
    desk.post(reverse("loop:programme_return"), told)
    assert ReturnAssumptions.objects.get().customers_high == 10


@pytest.mark.django_db
def test_no_verdict_is_given_on_examples_that_nobody_entered(desk):
    page = desk.get(reverse("loop:programme_return")).content.decode()
    assert "nobody has entered your own assumptions" in page
    assert "does not pay" not in page


@pytest.mark.django_db
def test_an_analyst_reads_the_return_but_does_not_change_it():
    reader = browser(staff("analyst"))
    assert reader.get(reverse("loop:programme_return")).status_code == 200
    assert reader.post(reverse("loop:programme_return"), {"lift_high": 9}).status_code == 403
