from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loop.sla.face import CLOCKS, Face, clocks_of, next_clock
from loop.tests.rows import HOUR, NOON

MOMENTS = st.none() | st.timedeltas(min_value=timedelta(-9), max_value=timedelta(9)).map(lambda by: NOON + by)


def timed(**fields) -> SimpleNamespace:
    nothing = {field: None for clock in CLOCKS for field in clock[2:]}
    return SimpleNamespace(**nothing | {"is_open": True, "paused_at": None, "next_due_at": None} | fields)


def face(**fields) -> Face:
    return next(clocks_of(timed(**fields), now=NOON)).face


@pytest.mark.parametrize(
    ("due", "done", "shows"),
    [
        (NOON + 9 * HOUR, None, Face.RUNNING),
        (NOON + 2 * HOUR, None, Face.SOON),
        (NOON, None, Face.OVERDUE),
        (NOON, NOON, Face.KEPT),
        (NOON - HOUR, NOON, Face.LATE),
    ],
)
def test_a_clock_shows_whether_it_was_kept(due, done, shows):
    assert face(contact_due_at=due, contacted_at=done) is shows


def test_a_clock_that_was_stopped_is_not_overdue():
    assert face(contact_due_at=NOON - HOUR, paused_at=NOON - 2 * HOUR) is Face.STOPPED


def test_a_case_without_a_service_level_shows_no_clock():
    assert list(clocks_of(timed(), now=NOON)) == []


def test_the_next_clock_is_the_one_that_the_inbox_sorts_by():
    case = timed(contact_due_at=NOON + HOUR, resolve_due_at=NOON + 9 * HOUR, next_due_at=NOON + 9 * HOUR)
    assert next_clock(case, now=NOON).name == "resolve"


def test_nothing_is_awaited_of_a_case_that_has_ended():
    assert next_clock(timed(is_open=False, resolve_due_at=NOON), now=NOON) is None


@given(st.dictionaries(st.sampled_from([field for clock in CLOCKS for field in clock[2:]]), MOMENTS))
def test_every_clock_that_was_set_is_shown_once_and_done_clocks_are_never_overdue(fields):
    shown = list(clocks_of(timed(**fields), now=NOON))
    assert [clock.name for clock in shown] == [name for name, _label, due, _done in CLOCKS if fields.get(due)]
    assert not [clock for clock in shown if clock.done_at and clock.face in (Face.OVERDUE, Face.SOON, Face.RUNNING)]
