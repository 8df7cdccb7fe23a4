"""One process of the platform."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from vocplatform.supervisor.parent_death import end_with_parent

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STABLE_SECONDS = 60.0


def pause_after(crashes: int) -> float:
    """Return the seconds to wait before the next start: 0.5, 1, 2 ... 30."""
    return min(FIRST_PAUSE_SECONDS * 2 ** min(crashes - 1, 10), LONGEST_PAUSE_SECONDS)


@dataclass(frozen=True)
class Part:
    """What to start and how to end it."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    is_vital: bool = False  # when it ends, everything ends
    stop_seconds: float = 15.0


class Child:
    """A part that was started. It leads its own process group, so that a Ctrl-C reaches us alone."""

    def __init__(self, part: Part, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.part = part
        self.clock = clock
        self.crashes = 0
        self.restart_at: float | None = None
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603  our own command lines, without a shell
            self.part.command,
            env={**os.environ, **self.part.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent(),
        )
        os.set_blocking(self.output, False)
        self.started_at = self.clock()
        self.restart_at = None

    @property
    def output(self) -> int:
        return self.process.stdout.fileno()

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def plan_restart(self) -> float:
        """Count the crash and return the seconds until the next start; a part that ran for a while starts afresh."""
        if self.clock() - self.started_at >= STABLE_SECONDS:
            self.crashes = 0
        self.crashes += 1
        pause = pause_after(self.crashes)
        self.restart_at = self.clock() + pause
        return pause

    def ask_to_stop(self) -> None:
        with suppress(ProcessLookupError):
            self.process.terminate()

    def kill_group(self) -> None:
        """End the process and whatever it left behind."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
