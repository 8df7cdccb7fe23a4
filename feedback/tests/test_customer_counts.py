"""Profiles, health by month, fifths and the risk model, from rows in the database."""

from datetime import date, timedelta

import numpy as np
import pytest

from feedback.analytics.leaving import newest_model
from feedback.models import ChurnDefinition, ChurnModel, CustomerProfile, HealthSnapshot
from feedback.services.profiles import (
    at_risk,
    count_profiles,
    freeze_months,
    score_fifths,
    uncounted,
    write_profiles,
)
from feedback.services.risk import FEW_EVENTS, NOT_BETTER, fit_risk, refit_risk
from feedback.tasks import sweep_customers
from feedback.tests.programme import NOW, answer, days_ago, make_touchpoint, make_version
from surveys.models import Customer, Source, TouchpointEvent

pytestmark = pytest.mark.django_db
HORIZON = 60


@pytest.fixture
def shop():
    return make_touchpoint("Counter")


def customer(number: str = "C-1", **fields) -> Customer:
    return Customer.objects.create(external_id=number, **fields)


def come(who: Customer, place, *days: float) -> None:
    source, _new = Source.objects.get_or_create(slug="till", defaults={"name": "Till"})
    TouchpointEvent.objects.bulk_create(
        TouchpointEvent(
            source=source,
            event_id=f"{who.pk}-{place.pk}-{day}",
            touchpoint=place,
            customer=who,
            occurred_at=days_ago(day),
        )
        for day in days
    )


def profile_of(who: Customer, now=NOW) -> CustomerProfile:
    write_profiles([who.pk], now=now)
    return CustomerProfile.objects.get(customer=who)


def test_a_profile_says_what_happened_and_what_was_answered(shop):
    who, version = customer(), make_version()
    come(who, shop, 45, 35, 25, 15, 5)
    answer(version, customer=who, at=days_ago(20), recommend=9, easy=7, why="Fine.", label="positive")
    answer(version, customer=who, at=days_ago(3), recommend=4, easy=4, why="Bad.", label="negative")
    profile = profile_of(who)
    assert (profile.silent_days, profile.usual_gap_days, profile.events_year) == (5, 10, 5)
    assert profile.health_parts == {"score": 65, "ease": 75, "feeling": 50, "recency": 100}
    assert profile.health == pytest.approx(72.5)
    assert [sign["sign"] for sign in profile.signs] == ["fell"]


def test_nothing_is_invented_for_somebody_of_whom_nothing_is_known():
    profile = profile_of(customer())
    assert (profile.health, profile.risk, profile.signs, profile.last_score) == (None, None, [], None)


def test_answers_that_do_not_count_in_figures_do_not_count_here(shop):
    who, version = customer(), make_version()
    answer(version, customer=who, at=days_ago(3), recommend=0, is_test=True)
    answer(version, customer=who, at=days_ago(2), recommend=0, is_flagged=True)
    assert profile_of(who).last_score is None


def test_counting_twice_changes_nothing(shop):
    who = customer()
    come(who, shop, 45, 25, 5)
    first, second = profile_of(who), profile_of(who)
    assert (first.pk, first.health, CustomerProfile.objects.count()) == (second.pk, second.health, 1)


def test_each_customer_is_counted_once_a_night_and_the_erased_never(shop):
    customer("C-1"), customer("C-2"), customer("C-3", erased_at=NOW)
    assert (count_profiles(now=NOW, limit=1), count_profiles(now=NOW), count_profiles(now=NOW)) == (1, 1, 0)
    assert uncounted(now=NOW + timedelta(days=1)).count() == 2


def test_the_sweep_counts_whoever_waits(shop):
    who = customer()
    come(who, shop, 45, 25, 5)
    sweep_customers()
    assert CustomerProfile.objects.get(customer=who).frequency == 3  # alone in the middle of all


def test_a_month_that_is_over_is_frozen_and_stays_as_it_was(shop):
    who = customer()
    come(who, shop, 45, 35, 25, 15, 5)
    answer(make_version(), customer=who, at=days_ago(3), recommend=10)
    write_profiles([who.pk], now=NOW)
    later = NOW + timedelta(days=30)
    assert freeze_months(now=later) == 1
    write_profiles([who.pk], now=later)
    kept = HealthSnapshot.objects.order_by("month_on")
    assert [each.month_on for each in kept] == [date(2025, 5, 1), date(2025, 6, 1)]
    assert (kept[0].health, kept[0].frozen_at, kept[1].frozen_at) == (100, later, None)
    assert kept[1].health < 100
    assert freeze_months(now=later) == 0


def test_silence_for_as_long_as_defined_is_leaving(shop):
    ChurnDefinition.objects.create(pk=1, silence_days=30)
    gone, there = customer("C-1"), customer("C-2")
    come(gone, shop, 31)
    come(there, shop, 29)
    assert profile_of(gone).left_at == days_ago(31)
    assert profile_of(there).left_at is None


def test_an_event_of_leaving_is_leaving(shop):
    end = make_touchpoint("Cancelled")
    ChurnDefinition.objects.create(pk=1, kind="event", touchpoint=end)
    gone, there = customer("C-1"), customer("C-2")
    come(gone, end, 10)
    come(there, shop, 400)
    assert profile_of(gone).left_at == days_ago(10)
    assert profile_of(there).left_at is None


def test_fifths_are_written_for_everybody_at_once(shop):
    for place in range(10):
        come(customer(f"C-{place}", annual_value=100 * place), shop, *range(1 + place, 30 + 2 * place))
    count_profiles(now=NOW)
    score_fifths()
    rows = CustomerProfile.objects.order_by("customer_id")
    assert [each.recency for each in rows] == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert [each.monetary for each in rows] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert rows.first().frequency == 1


def live(n: int, shop, *, planted: bool, seed: int = 1) -> None:
    """Customers whose regular visits end, half of them for a reason that shows beforehand if `planted`."""
    dice, version = np.random.default_rng(seed), make_version()
    people = Customer.objects.bulk_create([Customer(external_id=f"L-{place}") for place in range(n)])
    source, _new = Source.objects.get_or_create(slug="till", defaults={"name": "Till"})
    events = []
    for who in people:
        unhappy = dice.random() < 0.5
        leaves = dice.random() < ((0.7 if unhappy else 0.1) if planted else 0.4)
        days = [*np.arange(HORIZON + 2, 240, 25) + dice.uniform(0, 8), *([] if leaves else [dice.uniform(1, 20)])]
        events += [
            TouchpointEvent(
                source=source, event_id=f"{who.pk}-{day}", touchpoint=shop, customer=who, occurred_at=days_ago(day)
            )
            for day in days
        ]
        if dice.random() < 0.8:
            answer(
                version, customer=who, at=days_ago(HORIZON + 5), recommend=int(dice.integers(0, 6) if unhappy else 9)
            )
    TouchpointEvent.objects.bulk_create(events)


@pytest.fixture
def definition():
    return ChurnDefinition.objects.create(pk=1, silence_days=HORIZON, capacity=40)


def test_a_planted_reason_to_leave_is_found_and_forecast(shop, definition):
    live(320, shop, planted=True)
    row = fit_risk(definition, now=NOW)
    model = newest_model()
    assert (row.is_useful, row.reason) == (True, "")
    assert 0.7 < model.auc.value < 0.95
    assert model.brier < model.base_brier
    assert sum(group.holds for group in model.calibration) >= len(model.calibration) - 2
    assert model.precision.value > model.base_rate.value + 10
    assert model.precision.n == 40


def test_what_raises_a_risk_most_is_said_by_the_model(shop, definition):
    live(320, shop, planted=True)
    fit_risk(definition, now=NOW)
    unhappy = Customer.objects.filter(responses__answers__number__lt=6).first()
    profile = profile_of(unhappy, now=days_ago(HORIZON))
    assert {"fact": "score", "side": "low"} in profile.signs[-1]["because"]
    assert profile.signs_count == len(profile.signs) - 1


def test_with_nothing_to_find_no_risk_is_shown(shop, definition):
    live(320, shop, planted=False)
    row = fit_risk(definition, now=NOW)
    assert (row.is_useful, row.reason) == (False, NOT_BETTER)
    count_profiles(now=NOW)
    assert not CustomerProfile.objects.filter(risk__isnull=False).exists()


def test_too_few_who_left_are_not_modelled(shop, definition):
    live(60, shop, planted=True)
    row = fit_risk(definition, now=NOW)
    assert (row.is_useful, row.reason) == (False, FEW_EVENTS)
    assert row.result == {"needed": 60}


def test_the_forecast_knows_nothing_of_what_came_after(shop, definition):
    live(130, shop, planted=True)
    before = fit_risk(definition, now=NOW).result
    version = ChurnModel.objects.count() and make_version("later")
    for who in Customer.objects.all()[:50]:
        answer(version, customer=who, at=days_ago(HORIZON - 1), recommend=0)
    assert fit_risk(definition, now=NOW).result == before


def test_tonight_s_model_is_fitted_once_and_again_when_leaving_means_something_else(shop, definition):
    assert refit_risk(now=NOW) is not None
    assert refit_risk(now=NOW + timedelta(hours=1)) is None
    ChurnDefinition.objects.update(silence_days=HORIZON + 1)
    assert refit_risk(now=NOW + timedelta(hours=2)) is not None


def test_the_list_is_in_the_order_of_risk_only_where_risk_is_worth_something(shop):
    for place, (risk, signs) in enumerate([(0.2, 3), (0.9, 1), (None, 2), (0.5, 0)]):
        CustomerProfile.objects.create(
            customer=customer(f"C-{place}"), risk=risk, signs_count=signs, last_event_at=NOW, counted_at=NOW
        )
    CustomerProfile.objects.create(
        customer=customer("gone"), risk=1, signs_count=5, last_event_at=NOW, left_at=NOW, counted_at=NOW
    )
    numbers = lambda rows: [each.customer.external_id for each in rows]  # noqa: E731
    assert numbers(at_risk(by_risk=True)) == ["C-1", "C-3", "C-0"]
    assert numbers(at_risk(by_risk=False)) == ["C-0", "C-2", "C-1"]
