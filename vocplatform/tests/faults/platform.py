"""The whole platform as its users start it, in a state folder of its own, to be broken on purpose."""

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlencode

from django.conf import settings

from vocplatform.tests.throwaway import free_port

READY_SECONDS = 90
STOP_SECONDS = 60
FORM = "application/x-www-form-urlencoded"
NOTHING: Mapping[str, str] = MappingProxyType({})
INHERITED = ("PATH", "HOME", "TMPDIR", "LANG", "SECRET_KEY", "PEPPER")
STARTED = re.compile(r"run +\| (\w+) started as process (\d+)")


class Platform:
    def __init__(self, state_dir: Path, servers: Mapping[str, str]) -> None:
        self.state_dir = state_dir
        self.port = free_port()
        own = {"STATE_DIR": str(state_dir), "PORT": str(self.port), "ENV_FILE": os.devnull, "LOG_FORMAT": "json"}
        own["HOLDOUT_PERCENT"] = "0"  # nobody is kept aside by chance
        own["LINK_ANSWERS_PER_MINUTE"] = "100000"  # all customers of a test come from one address
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        self.env = {**inherited, **own, **servers}
        self.lines: list[str] = []
        self.process: subprocess.Popen | None = None

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, env=self.env, cwd=settings.BASE_DIR, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self) -> None:
        self.lines = []
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "run"],
            env=self.env,
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._listen, args=[self.process], daemon=True).start()
        assert until(lambda: self.said("ready: http"), seconds=READY_SECONDS), self.transcript()
        assert not self.said("not ready:"), self.transcript()

    def _listen(self, process: subprocess.Popen) -> None:
        self.lines.extend(iter(process.stdout.readline, ""))

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask to stop and return the exit code; what does not end in time is killed."""
        self.process.send_signal(number)
        try:
            return self.process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def until(self, holds: Callable[[], bool], *, seconds: float, every: float = 0.1) -> bool:
        return until(holds, seconds=seconds, every=every)

    def pid_of(self, name: str) -> int:
        """Return the process id that the part was started with last."""
        return [int(pid) for line in self.lines for part, pid in STARTED.findall(line) if part == name][-1]

    def kill(self, name: str) -> None:
        """kill -9 of a part with all its children."""
        os.killpg(self.pid_of(name), signal.SIGKILL)

    def said(self, words: str) -> bool:
        return any(words in line for line in self.lines)

    def transcript(self) -> str:
        return "".join(self.lines[-200:])

    def get(self, path: str) -> "Answer":
        return get(self.port, path)

    def post(self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] = NOTHING) -> "Answer":
        return post(self.port, path, fields, headers)


class Answer:
    def __init__(self, status: int, text: str, seconds: float, retry_after: str | None = None) -> None:
        self.status, self.text, self.seconds, self.retry_after = status, text, seconds, retry_after

    @property
    def form(self) -> str:
        """The signed state that the page wants back."""
        return re.search(r'name="form" value="([^"]+)"', self.text)[1]


def get(port: int, path: str) -> Answer:
    return _ask(port, "GET", path)


def post(port: int, path: str, fields: Mapping[str, str], headers: Mapping[str, str] = NOTHING) -> Answer:
    return _ask(port, "POST", path, urlencode(fields), {"Content-Type": FORM, **headers})


def _ask(port: int, method: str, path: str, body: str | None = None, headers: Mapping[str, str] = NOTHING) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    started = time.monotonic()
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        said = answer.read().decode()
        return Answer(answer.status, said, time.monotonic() - started, answer.headers["Retry-After"])
    finally:
        connection.close()


def until(holds: Callable[[], bool], *, seconds: float, every: float = 0.1) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(every)
    return holds()
