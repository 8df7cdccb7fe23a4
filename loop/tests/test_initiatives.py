"""Registering before going live, what is frozen then, and the read-out on its day."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from django.utils import timezone

from loop.models import Initiative, ReadOut, WrittenOnce
from loop.reports.initiative_effect import effect_of
from loop.reports.loops import loops_in_order, loops_report
from loop.services.history import NotAllowed
from loop.services.initiatives import (
    StaleInitiative,
    change_initiative,
    drop_initiative,
    read_out,
    register_initiative,
)
from loop.services.loops import change_loop, open_loop
from loop.tasks import sweep_read_outs
from loop.tests.outer import LIVE_ON, READ_ON, draft, registered, weekly_scores
from loop.tests.rows import DAY, NOON, person, response, touchpoint

pytestmark = pytest.mark.django_db
ON_THE_DAY = datetime.combine(READ_ON, NOON.time(), tzinfo=NOON.tzinfo)


def scores(effect: float = 0.0, *, drift: float = 0.0, seed: int = 1) -> list[float]:
    wobble = np.random.default_rng(seed).normal(scale=3, size=38)
    return [60 + wobble[week] + drift * week + effect * (week >= 26) for week in range(38)]


def judged(**fields) -> ReadOut:
    return read_out(registered(**fields).pk, now=ON_THE_DAY)


# Registering.
def test_a_draft_without_place_owner_and_days_is_not_registered():
    bare = draft(touchpoint=None, go_live_on=None, read_out_on=None)
    Initiative.objects.filter(pk=bare.pk).update(owner=None)
    with pytest.raises(NotAllowed, match=r"which touchpoint.*who owns.*when it goes live"):
        register_initiative(bare.pk, actor=person(), now=NOON)


def test_what_went_live_already_is_not_registered():
    late = draft(go_live_on=NOON.date())
    with pytest.raises(NotAllowed, match="before it goes live"):
        register_initiative(late.pk, actor=person(), now=NOON)


def test_what_is_changed_cannot_be_compared_with_itself():
    odd = draft(controls=[touchpoint()])
    with pytest.raises(NotAllowed, match="stays as it is"):
        register_initiative(odd.pk, actor=person(), now=NOON)


@pytest.mark.parametrize(
    ("field", "value"), [("expected_change", 1.0), ("read_out_on", READ_ON + DAY), ("metric", "nps")]
)
def test_what_decides_the_verdict_is_frozen_once_registered(field, value):
    row = registered()
    with pytest.raises(NotAllowed, match="frozen"):
        change_initiative(row.pk, version=row.version, actor=person(), now=NOON, **{field: value})
    assert getattr(Initiative.objects.get(pk=row.pk), field) != value


def test_the_compared_touchpoints_are_frozen_too():
    row = registered()
    with pytest.raises(NotAllowed, match="frozen"):
        change_initiative(row.pk, version=row.version, actor=person(), now=NOON, controls=[touchpoint("other")])
    assert row.controls.count() == 0


def test_other_changes_are_kept_with_what_stood_there_before():
    row = registered()
    change_initiative(row.pk, version=row.version, actor=person(), now=NOON, impact=5)
    assert row.history.first().changes == {"impact": ["3", "5"]}


def test_whoever_comes_second_is_refused_and_told_what_changed():
    row = draft()
    change_initiative(row.pk, version=1, actor=person("first"), now=NOON, impact=5)
    with pytest.raises(StaleInitiative) as stale:
        change_initiative(row.pk, version=1, actor=person("second"), now=NOON, impact=1)
    assert stale.value.theirs == {"impact (1–5)": ("3", "5")}
    assert Initiative.objects.get(pk=row.pk).impact == 5


def test_what_is_dropped_says_why_and_is_not_read_out():
    row = registered()
    drop_initiative(row.pk, reason="No money.", actor=person(), now=NOON)
    assert read_out(row.pk, now=ON_THE_DAY) is None


# The read-out.
def test_nothing_is_read_out_before_its_day():
    row = registered()
    assert read_out(row.pk, now=ON_THE_DAY - DAY) is None


def test_a_planted_improvement_against_untouched_touchpoints_helped():
    other = touchpoint("other")
    weekly_scores(touchpoint(), scores(12))
    weekly_scores(other, scores(0, seed=2))
    made = judged(controls=[other])
    assert (made.method, made.verdict) == ("others", "helped")
    assert made.low < 12 < made.high


def test_a_rise_that_everybody_had_is_not_put_down_to_the_change():
    other = touchpoint("other")
    weekly_scores(touchpoint(), scores(12))
    weekly_scores(other, scores(12, seed=2))
    assert judged(controls=[other]).verdict == "no_larger"


def test_touchpoints_that_drifted_apart_before_leave_it_open():
    other = touchpoint("other")
    weekly_scores(touchpoint(), scores(drift=0.9))
    weekly_scores(other, scores(seed=2))
    made = judged(controls=[other])
    assert made.verdict == "cannot_tell"
    assert made.result["has_pre_trend"]


def test_without_others_its_own_course_is_carried_on():
    weekly_scores(touchpoint(), scores(-20))
    made = judged()
    assert (made.method, made.verdict) == ("past", "hurt")


def test_weeks_with_fewer_than_five_answers_do_not_count():
    weekly_scores(touchpoint(), scores(12), n=4)
    made = judged()
    assert made.verdict == "cannot_tell"
    assert made.result["is_short"]


def test_reading_out_twice_is_once_and_a_read_out_is_never_changed():
    row = registered()
    made = read_out(row.pk, now=ON_THE_DAY)
    assert read_out(row.pk, now=ON_THE_DAY) is None
    with pytest.raises(WrittenOnce):
        made.save()


def test_the_sweep_finds_what_is_owed(monkeypatch):
    row = registered()
    monkeypatch.setattr(timezone, "now", lambda: ON_THE_DAY)
    sweep_read_outs()
    assert Initiative.objects.get(pk=row.pk).status == "read_out"


# Feedback loops.
def line_of(row, *, now=NOON):
    return loops_report([loops_in_order().get(pk=row.pk)], now=now, today=now.date()).lines[0]


def test_a_loop_where_nobody_answers_is_open_at_its_second_step():
    assert line_of(open_loop(actor=person(), now=NOON, name="Late", touchpoint=touchpoint())).step == 1


def test_a_loop_without_its_fourth_step_is_open_and_ages():
    response(where=touchpoint(), at=NOON)
    row = open_loop(actor=person(), now=NOON, name="Late", touchpoint=touchpoint(), initiative=registered())
    line = line_of(row, now=NOON + timedelta(days=30))
    assert (line.is_closed, line.step, line.age.days) == (False, 3, 30)


def test_the_read_out_closes_the_loop_and_stops_its_age():
    live = registered()
    row = open_loop(actor=person(), now=NOON, name="Late", touchpoint=touchpoint())
    change_loop(row.pk, initiative=live)
    read_out(live.pk, now=ON_THE_DAY)
    response(where=touchpoint(), at=ON_THE_DAY)
    line = line_of(row, now=ON_THE_DAY + 9 * DAY)
    assert line.is_closed
    assert line.age == ON_THE_DAY - NOON
    assert ON_THE_DAY.date() > LIVE_ON


def test_weeks_before_anybody_was_asked_are_not_called_weeks_with_too_few_answers():
    row = registered()
    weekly_scores(touchpoint(), [60] * 4, first_on=LIVE_ON - timedelta(weeks=6))
    weekly_scores(touchpoint(), [50], n=2, first_on=LIVE_ON - timedelta(weeks=2))
    found = effect_of(row, until=LIVE_ON)
    assert [week.place for week in found.since_first_answer] == [-6, -5, -4, -3, -2, -1]
    assert found.left_out == 2
