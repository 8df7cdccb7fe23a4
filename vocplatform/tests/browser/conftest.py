"""Debian's Chromium, driven by Playwright; a platform of its own for walks that need real workers."""

import shutil
from collections.abc import Iterator

import pytest

from vocplatform.tests.faults.platform import Platform

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("There is no Chromium on this machine: install Debian's package chromium.")
    return {"executable_path": path, "args": QUIET}


@pytest.fixture
def platform(tmp_path) -> Iterator[Platform]:
    """What `make demo` starts, with a small programme."""
    running = Platform(tmp_path / "state", {"HOLDOUT_PERCENT": "0"})
    running.manage("migrate", "--no-input")
    running.manage("seed_demo", "--visits", "12")
    running.start()
    yield running
    if running.is_running:
        running.stop()
