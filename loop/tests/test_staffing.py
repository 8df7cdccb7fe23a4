"""The desk as a queue, against queueing theory and against days whose need is known."""

import math
from random import Random

import pytest

from loop.staffing.desk import (
    Demand,
    World,
    breach_forecast,
    drawn_from,
    exponential,
    people_needed,
    share_in_time,
    waits,
    worlds,
)

DAY = 480


def test_the_oldest_case_goes_to_whoever_is_free_first():
    assert waits([0, 0, 5], [10, 4, 1], 2) == [0, 0, 0]
    assert waits([0, 0, 0, 0], [10, 4, 3, 1], 2) == [0, 0, 4, 7]


@pytest.mark.parametrize(("people", "per_minute", "takes", "within"), [(3, 0.05, 45, 30), (5, 0.4, 10, 5)])
def test_waiting_times_agree_with_erlangs_formula(people, per_minute, takes, within):
    """A. K. Erlang, 1917: the share that waits no longer than t in a queue M/M/c."""
    random, arrivals, at = Random(4), [], 0.0
    for _ in range(60_000):
        at += random.expovariate(per_minute)
        arrivals.append(at)
    world = World(arrivals, [random.expovariate(1 / takes) for _ in arrivals])
    load = per_minute * takes
    last = load**people / math.factorial(people) * people / (people - load)
    must_wait = last / (sum(load**k / math.factorial(k) for k in range(people)) + last)
    expected = 1 - must_wait * math.exp(-(people - load) * within / takes)
    assert share_in_time(world, people, within) == pytest.approx(expected, abs=0.02)


def test_a_desk_that_needs_three_is_told_so():
    """Twenty cases of an hour at every opening: two people need ten hours of eight, three a little under seven."""
    need = people_needed(Demand([[0.0] * 20], DAY), drawn_from([60]), within=DAY, promised=0.9)
    assert (need.people, need.interval.low, need.interval.high) == (3, 3, 3)
    assert [(each.people, each.share >= 0.9) for each in need.around] == [(2, False), (3, True), (4, True)]


def test_people_with_half_a_day_for_cases_are_needed_twice():
    demand = Demand([[0.0] * 20], DAY)
    assert people_needed(demand, drawn_from([60], slower=2), within=DAY, promised=0.9).people == 5


def test_a_staff_that_somebody_names_is_shown_too():
    need = people_needed(Demand([[0.0] * 20], DAY), drawn_from([60]), within=DAY, promised=0.9, also=1)
    assert need.around[0].people == 1
    assert need.around[0].share < 0.2


def test_a_day_without_cases_needs_one_person():
    assert people_needed(Demand([[]], DAY), exponential(30), within=DAY, promised=0.9).people == 1


def test_the_same_question_has_the_same_answer():
    demand = Demand([[10.0, 60, 61, 300], [5.0, 6]], DAY)
    ask = {"within": 30, "promised": 0.9}
    assert people_needed(demand, exponential(80), **ask) == people_needed(demand, exponential(80), **ask)


def test_the_need_holds_in_worlds_that_were_not_used_to_find_it():
    random = Random(2)
    demand = Demand([[random.uniform(0, DAY) for _ in range(random.randint(5, 25))] for _ in range(40)], DAY)
    need = people_needed(demand, exponential(70), within=DAY / 4, promised=0.9)
    fresh = [share_in_time(world, need.people, DAY / 4) for world in worlds(demand, exponential(70), seed=99)]
    assert sum(fresh) / len(fresh) >= 0.88
    fewer = [share_in_time(world, need.people - 1, DAY / 4) for world in worlds(demand, exponential(70), seed=99)]
    assert sum(fewer) / len(fewer) < 0.9


# What will be late.
def test_a_case_whose_promise_ran_out_is_late_for_certain_and_the_first_in_time_is_not():
    forecast = breach_forecast([-1, 10], drawn_from([30]), people=2)
    assert forecast.chances == [1, 0]


def test_one_person_is_late_where_two_are_not():
    left = [5, 20, 20]
    assert breach_forecast(left, drawn_from([15]), people=1).chances == [0, 0, 1]
    assert breach_forecast(left, drawn_from([15]), people=2).expected == 0


def test_a_chance_is_what_theory_says():
    """The second case waits for an exponential time of mean 30: longer than 30 with chance 1/e."""
    forecast = breach_forecast([0, 30], exponential(30), people=1, count=4000)
    assert forecast.chances[1] == pytest.approx(math.exp(-1), abs=0.03)


def test_nothing_waiting_is_no_breach():
    assert breach_forecast([], exponential(30), people=1).expected == 0
