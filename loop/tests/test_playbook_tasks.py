"""The draw and the stop rule by themselves: nudged by news, and swept when the nudge was lost."""

import pytest
from django.utils import timezone

from loop import tasks
from loop.models import Placement, Playbook
from loop.services import desk
from loop.services.intake import triage_response
from loop.services.playbooks import stop_playbook
from loop.tests.plays import running
from loop.tests.rows import DAY, case, customer, leaf, person, response, touchpoint
from loop.tests.test_report_trial import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def test_a_new_case_is_drawn_as_soon_as_it_is_opened(now, django_capture_on_commit_callbacks):
    case(now=now - 2 * DAY)
    running(now=now - DAY)
    fresh = response(at=now, who=customer("C-2"), where=touchpoint("web"))
    with django_capture_on_commit_callbacks(execute=True):
        triage_response(fresh.pk, now=now)
    assert [placement.case.response for placement in Placement.objects.all()] == [fresh]


def test_naming_the_cause_lets_a_waiting_case_be_drawn(now, django_capture_on_commit_callbacks):
    waiting, book = case(now=now), running(now=now - DAY)
    book.causes.add(leaf())
    with django_capture_on_commit_callbacks(execute=True):
        desk.name_cause(waiting.pk, cause=leaf(), actor=person("ben"), now=now)
    assert Placement.objects.get().case == waiting


def test_one_message_of_a_rush_has_every_waiting_case_drawn(now):
    running(now=now - DAY)
    waiting = [case(who=customer(f"C-{number}"), now=now) for number in range(3)]
    tasks.place_case(waiting[0].pk)
    assert {placement.case for placement in Placement.objects.all()} == set(waiting)


def test_the_sweep_draws_what_a_lost_message_left_behind_and_nothing_twice(now):
    waiting = case(now=now)
    running(now=now - DAY)
    tasks.sweep_unplaced()
    tasks.sweep_unplaced()
    assert Placement.objects.get().case == waiting


def test_the_sweep_passes_a_playbook_that_is_full_or_stopped(now):
    case(now=now)
    full, stopped = running(now=now - DAY, name="Full"), running(now=now - DAY, name="Stopped")
    Playbook.objects.filter(pk=full.pk).update(planned_per_arm=0)
    stop_playbook(stopped.pk, reason="Enough.", now=now)
    tasks.sweep_unplaced()
    assert not Placement.objects.exists()


def test_the_watch_stops_what_its_rule_ends_and_leaves_the_rest(now):
    clear, going_on = running(now=now - 200 * DAY, name="Clear"), running(now=now - DAY, name="Going on")
    world(clear, 120, usual=0.05, better=1, start=now - 100 * DAY)
    tasks.watch_playbooks()
    assert list(Playbook.objects.running()) == [going_on]
