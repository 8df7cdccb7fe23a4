from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from feedback.models import Answer, Response
from feedback.tests.programme import make_version
from vocplatform.lib.bulk import copy_rows, insert_all, next_pk

pytestmark = pytest.mark.django_db
NAMES = (
    "id",
    "survey",
    "version",
    "submission_id",
    "source_type",
    "channel",
    "locale",
    "started_at",
    "flags",
    "is_flagged",
    "is_test",
)


def row(version, pk: int) -> tuple:
    started_at = datetime(2025, 5, 1, 12, tzinfo=UTC)
    return pk, version.survey_id, version.pk, f"{pk:032x}", "import", "link", "en", started_at, ["fast"], False, False


def test_copied_rows_read_like_saved_ones():
    copy_rows(Response, NAMES, [row(make_version(), 7)])
    response = Response.objects.get()
    assert (response.pk, response.flags, response.submitted_at) == (7, ["fast"], None)
    assert response.started_at == datetime(2025, 5, 1, 12, tzinfo=UTC)


def test_after_copying_new_rows_get_keys_of_their_own():
    version = make_version()
    copy_rows(Response, NAMES, [row(version, next_pk(Response) + step) for step in range(3)])
    last = Response.objects.create(survey=version.survey, version=version, started_at=datetime(2025, 5, 2, tzinfo=UTC))
    assert Response.objects.filter(pk__lt=last.pk).count() == 3


def test_copying_nothing_writes_nothing():
    copy_rows(Answer, ("id", "response", "question_key", "kind", "number"), [])
    assert not Answer.objects.exists()


def begun(version) -> Response:
    started_at = datetime(2025, 5, 1, 12, tzinfo=UTC)
    return Response(
        survey=version.survey, version=version, started_at=started_at, flags=["fast"], seconds_taken=0, locale="en"
    )


def test_rows_written_at_once_read_like_saved_ones():
    response = begun(make_version())
    insert_all([response])
    kept = Response.objects.get(pk=response.pk)
    assert [getattr(kept, field.attname) for field in Response._meta.fields] == [
        getattr(response, field.attname) for field in Response._meta.fields
    ]


def test_rows_written_at_once_can_be_saved_again():
    response = begun(make_version())
    insert_all([response])
    response.submitted_at = response.started_at + timedelta(minutes=1)
    response.save()
    assert Response.objects.get().submitted_at == response.submitted_at


def test_rows_written_at_once_and_singly_get_keys_of_their_own():
    version = make_version()
    for _turn in range(2):
        insert_all([begun(version) for _row in range(3)])
        begun(version).save()
    assert Response.objects.count() == 8


def test_the_key_of_a_deleted_row_is_not_given_again():
    version = make_version()
    insert_all([begun(version)])
    gone = Response.objects.get().pk
    Response.objects.all().delete()
    insert_all([begun(version)])
    assert Response.objects.get().pk > gone


def test_writing_nothing_at_once_writes_nothing():
    insert_all([])
    assert not Response.objects.exists()


@pytest.mark.parametrize("write", [lambda one: insert_all([one]), lambda one: copy_rows(Response, NAMES, [ids(one)])])
def test_what_the_database_refuses_raises_what_any_other_statement_raises(write):
    response = begun(make_version())
    response.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        write(begun_again(response))


def ids(response: Response) -> tuple:
    return row(response.version, response.pk)


def begun_again(response: Response) -> Response:
    again = begun(response.version)
    again.pk, again.submission_id = response.pk, response.submission_id
    return again
