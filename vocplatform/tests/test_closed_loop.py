"""The whole way through every floor: an event, a question, an angry answer, a case, another answer, a measured effect.

Once with every nudge followed at once, once with a broker that takes none: slower, and the same end.
"""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError

from feedback.models import Response
from feedback.services.responses import submit_response
from loop.models import Case, Notice, Recovery, Triage
from loop.reports.effect import effect_report
from loop.services import cases
from loop.services.defaults import ensure_loop_defaults
from loop.tests.rows import person, resolution, team
from surveys.models import Invitation
from surveys.services.customers import CustomerDetails
from surveys.services.events import EventDetails, record_event
from surveys.tests import rows
from vocplatform import wiring
from vocplatform.schedule import HOUR, SWEEPS

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture(params=["nudged", "only swept"])
def world(request, monkeypatch):
    """A clock that can be moved, and `settle`: what the workers do meanwhile."""
    if request.param == "only swept":

        def no_broker(self, pk):
            raise OperationalError("no broker")

        monkeypatch.setattr(wiring.TaskByName, "delay", no_broker)
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def settle(clock) -> None:
    for _ in range(6):
        clock.shift(timedelta(minutes=1))
        for task, every in SWEEPS.items():
            if every < 24 * HOUR:
                import_string(task)()


def answer(invitation: Invitation, **answers) -> Response:
    invitation.refresh_from_db()
    return submit_response(invitation, answers, now=timezone.now(), started_at=timezone.now() - timedelta(minutes=1))


def work(case: Case, ben) -> None:
    now = timezone.now()
    cases.record_contact(case.pk, channel="phone", reached=True, actor=ben, now=now)
    cases.resolve_case(case.pk, **resolution(), actor=ben, now=now)


def to_customer() -> int:
    return sum(letter.to == ["ana@example.org"] for letter in mail.outbox)


def test_the_loop_closes_from_the_event_to_the_measured_effect(world):
    ensure_loop_defaults(now=MONDAY)
    care = team()
    ben = person("ben", care)
    delivery = rows.touchpoint("delivery", owner_team=care)
    rows.rule(delivery, rows.survey(), reminder_after_days=None, weekdays=list(range(7)))
    ana = CustomerDetails(external_id="C-1", email="ana@example.org", name="Ana", time_zone="UTC")

    record_event(rows.source(), EventDetails("E-1", delivery, MONDAY, ana), now=MONDAY)
    settle(world)
    assert to_customer() == 1

    answer(Invitation.objects.get(), nps=0, why="Terrible. The parcel was broken and nobody helped me, I am angry.")
    settle(world)
    case = Case.objects.get()
    assert (case.owner, case.severity, case.response.answers.get(question_key="nps").number) == (ben, "high", 0)
    assert Notice.objects.get(kind="opened").status == Notice.Status.SENT

    work(case, ben)
    settle(world)
    assert to_customer() == 2

    answer(Recovery.objects.get().invitation, solved="no", open="It came broken again.")
    settle(world)
    case.refresh_from_db()
    assert (case.status, Case.objects.count()) == (Case.Status.REOPENED, 1)

    work(case, ben)
    settle(world)
    assert to_customer() == 3
    answer(Recovery.objects.get().invitation, solved="yes")
    settle(world)
    case.refresh_from_db()
    assert case.status == Case.Status.CONFIRMED

    world.shift(timedelta(days=40))
    second = EventDetails("E-2", delivery, timezone.now(), ana)
    record_event(rows.source(), second, now=timezone.now())
    settle(world)
    asked_again = Invitation.objects.get(event__event_id="E-2")
    answer(asked_again, nps=9)
    settle(world)

    recovery = Recovery.objects.get()
    assert (recovery.solved, recovery.first_number, recovery.later_number) == (True, 0, 9)
    assert Triage.objects.count() == Response.objects.count() == 4
    effect = effect_report(start=MONDAY - timedelta(days=1), end=MONDAY + timedelta(days=1))
    assert (effect.headline.unhappy, effect.headline.confirmed, effect.headline.share) == (1, 1, 1.0)
    assert (effect.paired, effect.comparison.contacted.recovered) == (1, 1)
