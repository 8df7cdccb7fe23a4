"""A message may be lost: each sweep finds what it left behind, and nothing else."""

import pytest
import time_machine
from django.core import mail

from feedback.hooks import response_scored
from feedback.models import Response
from loop import tasks
from loop.models import Case, Escalation, Message, Notice, Recovery, Triage
from loop.services import cases
from loop.services.defaults import ensure_loop_defaults
from loop.services.messages import write_message
from loop.tests.rows import DAY, HOUR, MINUTE, NOON, case, customer, person, resolution, response, team, touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON + MINUTE, tick=False):
        ensure_loop_defaults(now=NOON)
        yield


@pytest.fixture
def ben():
    return person("ben")


def resolved(ben) -> Case:
    opened = case(owner=ben)
    cases.record_contact(opened.pk, channel="phone", reached=True, actor=ben, now=NOON)
    return cases.resolve_case(opened.pk, **resolution(), actor=ben, now=NOON)


def test_a_scored_answer_is_triaged_as_soon_as_it_is_committed(after_commit):
    answer = response(nps=0)
    with after_commit():
        response_scored.announce(answer.pk)
    assert Case.objects.get().response == answer


def test_closing_a_case_asks_the_customer_as_soon_as_it_is_committed(ben, after_commit):
    with after_commit():
        resolved(ben)
    assert Recovery.objects.get().invitation is not None


def test_a_letter_leaves_as_soon_as_it_is_committed(ben, after_commit):
    opened = case(owner=ben)
    with after_commit():
        write_message(opened.pk, subject="Hello", body="Sorry.", actor=ben, now=NOON)
    assert mail.outbox[-1].subject == "Hello"


def test_the_sweep_triages_what_no_worker_looked_at():
    response(nps=0)
    tasks.sweep_untriaged()
    assert Triage.objects.count() == 1


def test_the_sweep_leaves_fresh_answers_to_their_nudge():
    response(nps=0, scored_at=NOON + MINUTE)
    tasks.sweep_untriaged()
    assert not Triage.objects.exists()


def test_the_sweep_sends_notices_that_were_left():
    care = team()
    person("eva", care)
    case(where=touchpoint("claim", owner_team=care))
    tasks.sweep_notices()
    assert Notice.objects.get().status == Notice.Status.SENT


def test_the_sweep_sends_a_notice_whose_sender_died():
    care = team()
    person("eva", care)
    case(where=touchpoint("claim", owner_team=care), now=NOON - HOUR)
    Notice.objects.claim(Notice.objects.get().pk, now=NOON - HOUR)
    tasks.sweep_notices()
    assert Notice.objects.get().status == Notice.Status.SENT


def test_the_sweep_sends_letters_that_were_left_but_none_that_may_have_gone(ben):
    opened = case(owner=ben)
    left, held = (write_message(opened.pk, subject=s, body="x", actor=ben, now=NOON - HOUR) for s in ("left", "held"))
    Message.objects.claim(held.pk, now=NOON - HOUR)
    Message.objects.filter(pk=held.pk).update(message_id="<held@example.com>")
    tasks.sweep_messages()
    left.refresh_from_db()
    held.refresh_from_db()
    assert (left.status, held.status) == (Message.Status.SENT, Message.Status.UNKNOWN)
    assert [letter.subject for letter in mail.outbox] == ["left"]


def test_the_sweep_asks_customers_of_closed_cases_once(ben):
    resolved(ben)
    tasks.sweep_recoveries()
    tasks.sweep_recoveries()
    assert Recovery.objects.get().round == 1


def test_the_watch_escalates_what_is_overdue():
    case(now=NOON - 3 * DAY)
    tasks.watch_sla()
    assert Escalation.objects.exists()


def test_the_sweep_forgets_customers_who_were_erased(ben):
    opened = case(owner=ben)
    type(opened.customer).objects.update(erased_at=NOON)
    tasks.sweep_erased()
    opened.refresh_from_db()
    assert opened.customer is None


def test_one_answer_that_cannot_be_triaged_delays_no_other(monkeypatch):
    bad, good = response(nps=0), response(nps=0, who=customer())
    decide = tasks.intake._decide

    def break_on_one(answer, *rest, now):
        if answer.pk == bad.pk:
            raise RuntimeError("bad row")
        return decide(answer, *rest, now=now)

    monkeypatch.setattr(tasks.intake, "_decide", break_on_one)
    tasks.sweep_untriaged()
    assert list(Response.objects.filter(triaged_at__isnull=False)) == [good]
