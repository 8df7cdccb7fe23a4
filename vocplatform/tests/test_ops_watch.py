"""The watch looks after real processes; these are small ones that behave badly on purpose."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from vocplatform.supervisor.child import Part, pause_after
from vocplatform.supervisor.watch import Watch

STAYS = "import time\nprint('up', flush=True)\ntime.sleep(60)"
POLITE = "import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(print('bye')))\n" + STAYS
STUBBORN = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('up', flush=True)\ntime.sleep(60)"


@pytest.fixture
def said():
    return []


@pytest.fixture
def watch(said):
    with Watch(lambda name, line: said.append((name, line))) as watch:
        yield watch


def python(name: str, code: str, **options) -> Part:
    return Part(name, [sys.executable, "-c", code], **options)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_a_child_prints_is_passed_on_under_its_name(watch, said):
    watch.start(python("worker", "print('one'); print('two')"))
    assert watch.wait_for(lambda: ("worker", "two") in said, seconds=10)


def test_a_last_line_without_a_line_end_is_not_lost(watch, said):
    watch.start(python("worker", "import sys; sys.stdout.write('cut off')"))
    assert watch.wait_for(lambda: ("worker", "cut off") in said, seconds=10)


def test_a_crashed_part_is_started_again(watch, said):
    child = watch.start(python("worker", STAYS))
    watch.wait_for(lambda: ("worker", "up") in said, seconds=10)
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    assert watch.wait_for(lambda: said.count(("worker", "up")) == 2, seconds=10)
    assert child.process.pid != first


def test_a_part_that_keeps_crashing_waits_longer_each_time_and_never_for_hours():
    assert [pause_after(crashes) for crashes in (1, 2, 3, 4)] == [0.5, 1, 2, 4]
    assert pause_after(1000) == 30


def test_the_end_of_a_vital_part_stops_everything_and_is_a_failure(watch, said):
    worker = watch.start(python("worker", STAYS))
    watch.start(python("web", "raise SystemExit(3)", is_vital=True))
    assert watch.run_until_stopped() == 1
    watch.stop_all()
    assert worker.has_ended


def test_parts_are_stopped_in_reverse_order(watch, said):
    for name in ("broker", "worker", "web"):
        watch.start(python(name, POLITE))
    watch.wait_for(lambda: [line for _, line in said].count("up") == 3, seconds=10)
    watch.stop_all()
    assert [name for name, line in said if line == "bye"] == ["web", "worker", "broker"]


def test_a_signal_ends_the_run_with_success(watch, said):
    watch.start(python("web", STAYS, is_vital=True))
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()
    assert watch.run_until_stopped() == 0


def test_a_part_that_ignores_the_request_to_stop_is_killed_in_the_end(watch, said):
    child = watch.start(python("worker", STUBBORN, stop_seconds=0.3))
    watch.wait_for(lambda: ("worker", "up") in said, seconds=10)
    watch.stop_all()
    assert child.process.returncode == -signal.SIGKILL


def test_a_second_signal_does_not_wait_for_a_stubborn_part(watch, said):
    watch.start(python("worker", STUBBORN, stop_seconds=60))
    watch.wait_for(lambda: ("worker", "up") in said, seconds=10)
    watch.request_stop()
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    started = time.monotonic()
    watch.stop_all()
    assert time.monotonic() - started < 5


def test_a_part_waiting_for_its_restart_is_not_started_by_the_stop(watch, said):
    child = watch.start(python("worker", "raise SystemExit(9)"))
    watch.wait_for(lambda: child.restart_at is not None, seconds=10)
    watch.stop_all()
    assert said[-1] == ("run", "worker ended with code 9; starting it again in 0.5 s")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells children of their parent's death")
def test_children_end_when_the_watch_itself_is_killed():
    code = (
        "from vocplatform.supervisor.child import Part\n"
        "from vocplatform.supervisor.watch import Watch\n"
        "with Watch(lambda name, line: None) as watch:\n"
        "    child = watch.start(Part('worker', ['sleep', '60']))\n"
        "    print(child.process.pid, flush=True)\n"
        "    watch.run_until_stopped()\n"
    )
    watch = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    worker = int(watch.stdout.readline())
    watch.kill()
    watch.wait()
    deadline = time.monotonic() + 5
    while is_alive(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(worker)
