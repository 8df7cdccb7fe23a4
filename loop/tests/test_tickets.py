import json

import pytest

from loop.models import ActionTaken, Case, Outcome, Ticket
from loop.services.cases import record_contact, start_work
from loop.services.desk import name_cause
from loop.services.tickets import sync_ticket
from loop.services.webhooks import create_endpoint
from loop.tests.rows import HOUR, NOON, case, leaf, person
from surveys.services.api_keys import create_api_key
from surveys.tests import rows

pytestmark = pytest.mark.django_db
Status = Case.Status


@pytest.fixture
def opened():
    return case(owner=person("ben"))


@pytest.fixture
def worked(opened):
    record_contact(opened.pk, channel="phone", reached=True, actor=opened.owner, now=NOON)
    start_work(opened.pk, actor=opened.owner, now=NOON)
    name_cause(opened.pk, cause=leaf(), actor=opened.owner, now=NOON)
    return opened


def ended() -> dict:
    return {"action": ActionTaken.objects.first(), "outcome": Outcome.objects.first()}


def sync(opened, state="open", *, now=NOON + HOUR, **more):
    ticket, stayed_because = sync_ticket(opened.pk, system="zendesk", number="77", state=state, now=now, **more)
    opened.refresh_from_db()
    return ticket, stayed_because


def test_a_ticket_is_kept_once_and_the_same_report_twice_writes_one_line(opened):
    lines = opened.history.count()
    for _again in range(2):
        sync(opened)
    assert Ticket.objects.get().state == "open" and opened.history.count() == lines + 1


def test_solved_there_is_resolved_here_and_never_confirmed(worked):
    assert sync(worked, "Solved", **ended())[1] == ""
    assert worked.status == Status.RESOLVED and "77" in worked.outcome_note
    sync(worked, "closed")
    assert worked.status == Status.RESOLVED


def test_solved_there_without_an_outcome_stays_open_here(worked):
    _ticket, reason = sync(worked, "solved", action=ActionTaken.objects.first())
    assert "the outcome" in reason and worked.status == Status.IN_PROGRESS


def test_the_api_takes_the_outcome_by_its_name(client, worked):
    action, outcome = ActionTaken.objects.first(), Outcome.objects.last()
    told = {"system": "zendesk", "number": "77", "state": "solved", "action": action.name}
    assert post(client, worked, told | {"outcome": "as we like it"}, "cases:write").status_code == 400
    answer = post(client, worked, told | {"outcome": outcome.name, "note": "She leaves."}, "cases:write")
    worked.refresh_from_db()
    assert answer.json()["status"] == "resolved"
    assert (worked.outcome, worked.outcome_note) == (outcome, "She leaves.")


def test_a_case_that_may_not_be_resolved_yet_stays_and_the_reason_is_written(opened):
    _ticket, reason = sync(opened, "solved")
    assert "root cause" in reason and opened.status == Status.ASSIGNED
    assert opened.history.filter(note__contains=reason).count() == 1


def test_opened_again_there_is_opened_again_here(worked):
    sync(worked, "solved", **ended())
    sync(worked, "reopened")
    assert worked.status == Status.REOPENED


def test_the_webhook_carries_the_ticket(opened, settings):
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    row, _secret = create_endpoint(
        name="CRM", url="http://127.0.0.1:9/", style="signed", news=["case.changed"], actor=None
    )
    sync(opened)
    told = json.loads(row.calls.get().body)
    assert told["data"]["tickets"][0]["number"] == "77"


def post(client, opened, body, *scopes):
    _row, key = create_api_key(rows.source(), name="Desk", scopes=scopes)
    path = f"/api/v1/cases/{opened.code}/external"
    return client.post(path, json.dumps(body), "application/json", headers={"authorization": f"Bearer {key}"})


def test_the_api_takes_a_ticket_from_a_key_that_may_work_cases(client, opened):
    answer = post(client, opened, {"system": "zendesk", "number": "77"}, "cases:write")
    assert answer.json() == {"case": opened.code, "status": "assigned", "stayed_because": ""}
    assert Ticket.objects.get().case == opened


def test_a_key_that_may_only_read_is_refused(client, opened):
    assert post(client, opened, {"system": "zendesk", "number": "77"}, "cases:read").status_code == 403
    assert not Ticket.objects.exists()


def test_a_report_without_a_number_is_refused_with_the_field(client, opened):
    answer = post(client, opened, {"system": "zendesk"}, "cases:write")
    assert answer.status_code == 400 and "number" in json.dumps(answer.json())
