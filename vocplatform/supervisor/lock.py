"""One `run` per state folder."""

import fcntl
import os
from pathlib import Path
from typing import Self


class AlreadyRunning(Exception):
    """Another `run` uses this state folder."""


class RunLock:
    """Held while the platform runs; the kernel lets go of it however the process ends."""

    def __init__(self, state_dir: Path) -> None:
        self.path = state_dir / "run.lock"

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.file = self.path.open("a+")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.file.seek(0)
            owner = self.file.read().strip() or "unknown"
            self.file.close()
            raise AlreadyRunning(f"{self.path.parent} is in use by process {owner}") from None
        self.file.truncate(0)
        self.file.write(str(os.getpid()))
        self.file.flush()
        return self

    def __exit__(self, *_) -> None:
        self.file.close()
