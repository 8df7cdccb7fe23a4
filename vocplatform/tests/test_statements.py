"""Statements written once do what the ORM would do, on either database."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from feedback.models import Answer, Response
from feedback.tests.survey_page import invite, publish
from surveys.models import Invitation
from vocplatform.lib.statements import PreparedRow, insert_family, insert_rows

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, 0, 0, 250_000, tzinfo=UTC)


def response(version=None) -> Response:
    version = version or publish()
    return Response(
        survey=version.survey,
        version=version,
        started_at=NOON,
        submitted_at=NOON,
        flags=["ö"],
        submission_id=uuid.uuid4(),
    )


def answers() -> list[Answer]:
    return [
        Answer(question_key="nps", kind="nps", number=0),
        Answer(question_key="why", kind="text", text="50 % 'late' \\ \"so\""),
        Answer(question_key="used", kind="multiple", choices=["web", "app"]),
    ]


def test_a_row_comes_back_with_the_types_the_orm_gives():
    row = response()
    insert_rows([row])
    columns = ("id", "submission_id", "submitted_at", "flags", "seconds_taken", "is_test")
    prepared = PreparedRow(Response.objects.filter(submission_id=uuid.UUID(int=0)).values_list(*columns))
    key = row.submission_id if connection.features.has_native_uuid_field else row.submission_id.hex
    assert prepared.get(key) == Response.objects.values_list(*columns).get()
    assert prepared.get(key).submitted_at == NOON


def test_a_prepared_row_is_one_query_and_nothing_where_there_is_none():
    prepared = PreparedRow(Invitation.objects.filter(token_digest="").values_list("id"))
    with CaptureQueriesContext(connection) as queries:
        assert prepared.get("nobody") is None
    assert len(queries) == 1


def test_inserted_rows_know_their_keys_and_equal_what_the_database_holds():
    version = publish()
    rows = [response(version), response(version)]
    insert_rows(rows)
    assert [Response.objects.get(pk=row.pk).submission_id for row in rows] == [row.submission_id for row in rows]
    rows[0].refresh_from_db()
    assert rows[0].flags == ["ö"] and rows[0].channel == "link"


def test_a_family_is_inserted_with_every_value_as_it_was():
    parent = response()
    assert insert_family(parent, answers(), "response_id")
    stored = Response.objects.get()
    assert [answer.value for answer in stored.answers.all()] == [0, "50 % 'late' \\ \"so\"", ["web", "app"]]
    assert (stored.pk, stored.submitted_at, stored.flags) == (parent.pk, NOON, ["ö"])


def test_a_guard_that_hits_nothing_lets_nothing_in():
    guard = ("UPDATE surveys_invitation SET status = 'answered' WHERE id = %s", [0])
    assert not insert_family(response(), answers(), "response_id", guard=guard)
    assert not Response.objects.exists()


def test_a_guard_that_hits_its_row_lets_the_family_in():
    invitation = invite()
    guard = ("UPDATE surveys_invitation SET status = 'answered' WHERE id = %s", [invitation.pk])
    assert insert_family(response(invitation.version), answers(), "response_id", guard=guard)
    invitation.refresh_from_db()
    assert invitation.status == "answered" and Answer.objects.count() == 3


def test_a_broken_rule_undoes_the_guard_too():
    invitation = invite()
    guard = ("UPDATE surveys_invitation SET status = 'answered' WHERE id = %s", [invitation.pk])
    twice = [*answers(), Answer(question_key="nps", kind="nps", number=1)]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_family(response(invitation.version), twice, "response_id", guard=guard)
    invitation.refresh_from_db()
    assert invitation.status == "issued" and not Response.objects.exists()


def test_a_family_takes_one_statement_on_postgresql():
    parent, children = response(), answers()
    with CaptureQueriesContext(connection) as queries:
        insert_family(parent, children, "response_id")
    written = [query for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(written) == (1 if connection.vendor == "postgresql" else 2)
