"""A file that can grow no further, as on a full disk: nothing is promised, nothing breaks, and room is all it needs."""

import resource
from pathlib import Path

import pytest
from django.db import connection

from vocplatform.tests.faults.counter import CounterDesk
from vocplatform.tests.faults.platform import Platform, until

pytestmark = pytest.mark.faults
PARTS = ("web", "worker", "beat")
UNLIMITED = resource.RLIM_INFINITY


def family(pid: int) -> list[int]:
    """A process with all that it has started."""
    children = [
        int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()
    ]
    return [pid, *(each for child in children for each in family(child))]


def let_files_grow_to(platform: Platform, most: int) -> None:
    """Write no further than this into any file, for every process that writes to the database."""
    for part in PARTS:
        for pid in family(platform.pid_of(part)):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, UNLIMITED))


def test_a_full_disk_costs_503_and_with_room_again_everything_goes_on_without_a_restart(make_platform, link):
    platform = make_platform(broker="embedded")
    platform.start()
    desk = CounterDesk(platform, link())
    desk.open_pages(10)
    desk.send(4)
    let_files_grow_to(platform, 1)
    refused = [platform.post(desk.path, {"form": form, "q_nps": "0", "q_why": "Bad."}) for form in desk.forms[-2:]]
    assert [(answer.status, answer.retry_after) for answer in refused] == [(503, "10")] * 2
    assert platform.get("/healthz").status == 200
    let_files_grow_to(platform, UNLIMITED)
    assert until(lambda: platform.get(desk.path).status == 200, seconds=5)
    desk.send(6)  # the first two are the ones that were refused
    desk.wait_until_done(seconds=90)
    desk.assert_nothing_lost_and_nothing_double()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchall() == [("ok",)]
    assert not platform.said("starting it again"), platform.transcript()
