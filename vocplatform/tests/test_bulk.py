from datetime import UTC, datetime

import pytest

from feedback.models import Answer, Response
from feedback.tests.programme import make_version
from vocplatform.lib.bulk import copy_rows, next_pk

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
