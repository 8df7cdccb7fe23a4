"""Ten programs with the real library send events at once, and customers go on answering meanwhile.

BURST_EVENTS says how many each of them sends: 1000 for the ten thousand of a bad day.
"""

import os
import subprocess
import sys
import time

import pytest

from surveys.models import RejectedEvent, TouchpointEvent
from surveys.services.api_keys import create_api_key
from surveys.tests import rows
from vocplatform.tests.faults.counter import CounterDesk

pytestmark = [pytest.mark.faults, pytest.mark.long]
PROGRAMS, EACH = 10, int(os.environ.get("BURST_EVENTS") or 100)
PROGRAM = """
import sys
from segment.analytics.client import Client
key, host, name, count = sys.argv[1:]
lost = []
client = Client(key, host=host, upload_size=50, max_retries=10, on_error=lambda error, batch: lost.extend(batch))
for number in range(int(count)):
    client.track(f"C-{name}-{number % 50}", "Order Completed", {"order": number}, message_id=f"{name}-{number}")
client.flush()
client.join()
sys.exit(len(lost) > 0)
"""


def test_a_burst_of_events_from_ten_programs_is_all_there_once_and_the_page_stays_quick(make_platform, link):
    platform = make_platform()
    platform.env["EVENTS_PER_MINUTE"] = "1000000"
    rows.touchpoint("order", event_name="Order Completed")
    key = create_api_key(rows.source(), name="burst", scopes=["events:write"])[1]
    platform.start()
    desk, host, seconds = CounterDesk(platform, link()), f"http://127.0.0.1:{platform.port}", []
    programs = [
        subprocess.Popen([sys.executable, "-c", PROGRAM, key, host, f"p{number}", str(EACH)])
        for number in range(PROGRAMS)
    ]
    try:
        while any(program.poll() is None for program in programs):
            seconds.append(platform.get(desk.path).seconds)
            time.sleep(0.1)
        assert [program.returncode for program in programs] == [0] * PROGRAMS
    finally:
        for program in programs:
            program.kill()
            program.wait()
    sent = {f"p{program}-{number}" for program in range(PROGRAMS) for number in range(EACH)}
    assert set(TouchpointEvent.objects.values_list("event_id", flat=True)) == sent
    assert TouchpointEvent.objects.count() == len(sent) and not RejectedEvent.objects.exists()
    assert sorted(seconds)[len(seconds) // 2] < 1, sorted(seconds)
