"""Beat was down for an hour, and its clock says so: it asks for each sweep once, not once for each time it missed."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from vocplatform.celery import app
from vocplatform.heartbeats import Scheduler
from vocplatform.schedule import HOUR, SWEEPS

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OFTEN = {task for task, seconds in SWEEPS.items() if seconds <= HOUR}

pytestmark = pytest.mark.django_db


class Beat(Scheduler):
    """Our own, but what it asks for is written down and not sent."""

    def __init__(self, note: str) -> None:
        self.asked: list[str] = []
        super().__init__(app, schedule_filename=note)

    def apply_async(self, entry, producer=None, advance=True, **_):
        self.asked.append(self.reserve(entry).task if advance else entry.task)

    @property
    def producer(self):
        return None

    def until_idle(self) -> Counter:
        """Everything that is due at this moment."""
        self.asked.clear()
        while self.tick() == 0:
            assert len(self.asked) < 1000
        return Counter(self.asked)


@pytest.fixture
def note(tmp_path, time_machine) -> str:
    """What beat wrote down before it was stopped."""
    time_machine.move_to(NOON, tick=False)
    before = Beat(str(tmp_path / "beat"))
    time_machine.move_to(NOON + timedelta(minutes=1), tick=False)
    assert before.until_idle()
    before.close()
    return str(tmp_path / "beat")


def test_after_an_hour_each_sweep_is_asked_for_once_and_then_again_in_its_own_time(note, time_machine):
    back = NOON + timedelta(minutes=62)
    time_machine.move_to(back, tick=False)
    beat = Beat(note)
    assert beat.until_idle() == Counter(OFTEN)
    assert beat.until_idle() == Counter()
    time_machine.move_to(back + timedelta(seconds=16), tick=False)
    assert beat.until_idle() == Counter(task for task, seconds in SWEEPS.items() if seconds <= 15)
    beat.close()


def test_a_clock_that_is_set_back_an_hour_silences_no_sweep_for_longer_than_its_own_period(note, time_machine):
    time_machine.move_to(NOON + timedelta(minutes=62), tick=False)
    beat, back = Beat(note), NOON
    beat.until_idle()
    time_machine.move_to(back, tick=False)
    assert beat.until_idle() == Counter()
    time_machine.move_to(back + timedelta(seconds=61), tick=False)
    assert beat.until_idle() == Counter(task for task, seconds in SWEEPS.items() if seconds <= 60)
    beat.close()
