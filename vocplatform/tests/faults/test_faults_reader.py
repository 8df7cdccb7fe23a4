"""Somebody reads for long, as a backup does: answers are taken meanwhile, and the log of writes stays bounded."""

import sqlite3
import time
from contextlib import closing
from datetime import timedelta

import pytest
from django.utils import timezone

from feedback.models import Response
from feedback.services.responses import submit_response
from feedback.tests import survey_page
from vocplatform.tasks import empty_log

pytestmark = pytest.mark.faults
ANSWERS = 200


@pytest.fixture
def answer(make_platform):
    """Takes answers into a file of its own and returns how long the log beside it has become."""
    folder, version = make_platform(broker="embedded").state_dir, survey_page.publish()

    def take(times: int) -> int:
        for _ in range(times):
            now = timezone.now()
            begun = now - timedelta(minutes=1)
            submit_response(survey_page.invite(version), {"nps": 0, "why": "Bad. " * 200}, now=now, started_at=begun)
        return (folder / "voc.sqlite3-wal").stat().st_size

    take.folder = folder
    return take


@pytest.fixture
def reader(answer):
    with closing(sqlite3.connect(answer.folder / "voc.sqlite3", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM feedback_response").fetchone()
        yield reader


def test_a_long_reader_holds_up_no_answer_and_its_end_lets_the_log_start_over(answer, reader):
    grown = answer(ANSWERS)
    assert reader.execute("SELECT count(*) FROM feedback_response").fetchone() == (0,)
    assert Response.objects.count() == ANSWERS
    reader.execute("COMMIT")
    assert answer(ANSWERS) <= grown * 1.1


def test_the_log_is_emptied_every_hour_but_nobody_waits_for_a_reader(answer, reader):
    assert answer(5) > 0
    began = time.monotonic()
    empty_log()
    assert time.monotonic() - began < 2
    assert answer(1) > 0
    reader.execute("COMMIT")
    empty_log()
    assert answer(0) == 0
