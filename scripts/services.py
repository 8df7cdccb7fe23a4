"""Run a command with PostgreSQL and Redis: those of the environment, or throw-away ones on loopback.

    python scripts/services.py -- pytest -m services

What DATABASE_URL or REDIS_URL names already is used as it is. The throw-away servers live in a temporary
folder, write without fsync, and end with the command, whose exit code is passed on.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

SERVER_USER = "nobody"  # initdb refuses to run as root
READY_SECONDS = 20


class Missing(Exception):
    """A server binary is not installed."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def find_postgres() -> Path:
    """Return the folder of initdb and pg_ctl, the newest version Debian installs when PATH has none."""
    on_path = shutil.which("pg_ctl")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise Missing(
        "PostgreSQL is not installed: no pg_ctl on PATH or below /usr/lib/postgresql. Set DATABASE_URL instead."
    )


def find_redis() -> str:
    server = shutil.which("redis-server") or shutil.which("valkey-server")
    if server is None:
        raise Missing("Redis is not installed: no redis-server on PATH. Set REDIS_URL instead.")
    return server


def wait_for_port(port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing answers on port {port} after {READY_SECONDS} s")


class Postgres:
    """A new, empty cluster on loopback, which a test may also stop and start again."""

    def __init__(self, home: str, *, keeps_commits: bool = False) -> None:
        self.home, self.port, self.tools = home, free_port(), find_postgres()
        self.commits = "on" if keeps_commits else "off"
        self.url = f"postgres://voc@127.0.0.1:{self.port}/postgres"
        self.drop = {}
        if os.geteuid() == 0:
            shutil.chown(home, SERVER_USER)
            self.drop = {"user": SERVER_USER, "extra_groups": []}
        self._run("initdb", "-U", "voc", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")

    def start(self) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.home} "
            "-c max_connections=200 -c fsync=off -c full_page_writes=off "
            f"-c synchronous_commit={self.commits}"
        )
        self._run("pg_ctl", "-w", "-l", f"{self.home}/log", "-o", options, "start")

    def stop(self) -> None:
        """As a crash would: open connections are cut, nothing is written in peace."""
        self._run("pg_ctl", "-m", "immediate", "stop")

    def _run(self, tool: str, *arguments: str) -> None:
        command = [self.tools / tool, "-D", f"{self.home}/data", *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.home, **self.drop)


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Yield the DATABASE_URL of a throw-away cluster."""
    with tempfile.TemporaryDirectory(prefix="voc-pg-", ignore_cleanup_errors=True) as home:
        server = Postgres(home)
        server.start()
        try:
            yield server.url
        finally:
            server.stop()


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """Yield the REDIS_URL of an empty server that keeps nothing."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="voc-redis-", ignore_cleanup_errors=True) as home:
        command = [
            find_redis(),
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--dir",
            home,
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            wait_for_port(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(timeout=10)


def run_command(command: list[str]) -> int:
    """Run and return the exit code; a Ctrl-C goes to the command, which is in our process group."""
    child = subprocess.Popen(command)
    forwarded = signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    try:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue
    finally:
        signal.signal(signal.SIGTERM, forwarded)


def main(arguments: list[str]) -> int:
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    with contextlib.ExitStack() as stack:
        for name, server in (("DATABASE_URL", postgres), ("REDIS_URL", redis)):
            if os.environ.get(name):
                print(f"services: {name} of the environment is used", file=sys.stderr)
                continue
            try:
                os.environ[name] = stack.enter_context(server())
            except Missing as problem:
                print(f"services: {problem}", file=sys.stderr)
                return 3
            print(f"services: a throw-away {server.__name__} is used", file=sys.stderr)
        return run_command(command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
