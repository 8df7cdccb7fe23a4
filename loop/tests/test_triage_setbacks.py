"""A response that the case rules can never look at delays nobody and is set aside."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback.models import Response
from feedback.services.setbacks import count_attempt, replay_response
from loop import tasks
from loop.models import Triage
from loop.services.defaults import ensure_loop_defaults
from loop.services.intake import triage_response
from loop.tests.rows import NOON, response

pytestmark = pytest.mark.django_db
LATELY = timezone.now() - timedelta(hours=1)


@pytest.fixture(autouse=True)
def _defaults():
    ensure_loop_defaults(now=NOON)


@pytest.fixture
def poison():
    """A scored answer whose remarks somebody overwrote by hand with what is no list."""
    row = response(nps=0, at=LATELY)
    Response.objects.filter(pk=row.pk).update(flags=7)
    return row


def state(row: Response) -> tuple[bool, int, bool]:
    """Whether it was looked at, how often it was tried, whether it was set aside."""
    row.refresh_from_db()
    return row.triaged_at is not None, row.attempts, row.parked_at is not None


def test_it_is_set_aside_after_five_attempts_and_writes_nothing(poison):
    for _ in range(5):
        assert triage_response(poison.pk, now=NOON) is None
    assert state(poison) == (False, 5, True)
    assert "TypeError" in poison.last_error and not Triage.objects.exists()


def test_the_sweep_serves_those_behind_it_and_gives_up_on_it(poison):
    others = []
    for _ in range(6):
        others.append(response(nps=9, at=LATELY))
        tasks.sweep_untriaged()
    assert [state(other)[0] for other in others] == [True] * 6
    assert state(poison) == (False, 5, True)


def test_one_that_takes_its_worker_with_it_has_counted_before(poison):
    for _ in range(5):
        count_attempt(poison.pk)  # and then the worker is gone
    tasks.sweep_untriaged()
    assert state(poison)[2] is True


def test_once_mended_it_is_put_back_and_opens_its_case(poison, after_commit):
    for _ in range(5):
        triage_response(poison.pk, now=NOON)
    Response.objects.filter(pk=poison.pk).update(flags=[])
    with after_commit():
        assert replay_response(poison.pk)
    assert state(poison) == (True, 0, False)
    assert Triage.objects.get().case is not None


def test_what_was_looked_at_before_may_be_asked_for_any_number_of_times():
    row = response(nps=9)
    first = triage_response(row.pk, now=NOON)
    assert [triage_response(row.pk, now=NOON) for _ in range(7)] == [first] * 7
    assert state(row) == (True, 0, False)
