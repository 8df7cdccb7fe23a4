"""Somebody reads for long, as a backup does: answers are taken meanwhile, and the log of writes stays bounded."""

import sqlite3
from datetime import timedelta

import pytest
from django.utils import timezone

from feedback.models import Response
from feedback.services.responses import submit_response
from feedback.tests import survey_page

pytestmark = pytest.mark.faults
ANSWERS = 200


def test_a_long_reader_holds_up_no_answer_and_its_end_lets_the_log_start_over(make_platform):
    folder = make_platform(broker="embedded").state_dir
    version, log = survey_page.publish(), folder / "voc.sqlite3-wal"

    def answer(times: int) -> int:
        for _ in range(times):
            now = timezone.now()
            begun = now - timedelta(minutes=1)
            submit_response(survey_page.invite(version), {"nps": 0, "why": "Bad. " * 200}, now=now, started_at=begun)
        return log.stat().st_size

    reader = sqlite3.connect(folder / "voc.sqlite3", isolation_level=None)
    try:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM feedback_response").fetchone()
        grown = answer(ANSWERS)
        assert reader.execute("SELECT count(*) FROM feedback_response").fetchone() == (0,)
        assert Response.objects.count() == ANSWERS
        reader.execute("COMMIT")
        assert answer(ANSWERS) <= grown * 1.1
    finally:
        reader.close()
