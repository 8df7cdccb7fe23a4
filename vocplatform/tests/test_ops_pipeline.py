"""docs/pipeline.md says what the wiring and the beat schedule do."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings

from vocplatform import schedule, wiring
from vocplatform.celery import app

UNITS = {"s": schedule.SECOND, "min": schedule.MINUTE, "h": schedule.HOUR}


@pytest.fixture(scope="module")
def tasks():
    app.loader.import_default_modules()
    return set(app.tasks)


def table(heading: str) -> Iterator[list[str]]:
    page = (settings.BASE_DIR / "docs/pipeline.md").read_text()
    section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    for line in re.findall(r"^\| `.*$", section, re.M):
        yield [cell.strip().strip("`") for cell in line.strip("|").split("|")]


def test_the_page_lists_every_hook_with_its_followers():
    written = [(hook, task) for hook, task, *_ in table("Hooks and their followers")]
    assert sorted(written) == sorted((hook.name, task) for hook, task in wiring.FOLLOWERS)


def test_the_page_lists_every_sweep_with_its_period():
    written = {task: number(every) for task, every, _ in table("Sweeps")}
    assert written == schedule.SWEEPS


def number(every: str) -> int:
    count, unit = every.split()
    return int(count) * UNITS[unit]


def test_for_every_follower_a_sweep_finds_what_a_lost_message_left_behind():
    assert all(sweep in schedule.SWEEPS for *_, sweep in table("Hooks and their followers"))


def test_the_page_sorts_tasks_into_queues_as_the_router_does(tasks):
    special = {queue: set(re.findall(r"\w+\.tasks\.\w+", names)) for queue, _, names in table("Queues")}
    for task in sorted(name for name in tasks if ".tasks." in name and not name.startswith("celery")):
        named = [queue for queue, names in special.items() if task in names]
        assert schedule.route(task)["queue"] == (named[0] if named else "default")


def test_every_follower_and_every_sweep_is_a_task_that_workers_know(tasks):
    asked_for = {name for _, name in wiring.FOLLOWERS} | set(schedule.SWEEPS) | set(schedule.FLAGS + schedule.BULK)
    assert asked_for - tasks == set()


def test_a_sweep_that_nobody_took_expires_soon_but_not_for_a_worker_whose_clock_is_ten_minutes_ahead():
    for entry in schedule.BEAT_SCHEDULE.values():
        assert 600 < entry["options"]["expires"] <= max(entry["schedule"], 900)
