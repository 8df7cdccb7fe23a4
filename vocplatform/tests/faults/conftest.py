"""Real processes: what a test here starts, it also stops."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import environ
import pytest
from django.db import connections
from django.db.utils import load_backend
from django.utils import timezone

from feedback.tests import survey_page
from loop.services.defaults import ensure_loop_defaults
from surveys.models import CollectionLink
from vocplatform.tests import throwaway
from vocplatform.tests.faults.platform import Platform


@pytest.fixture(scope="session")
def migrated(tmp_path_factory) -> Iterator[Platform]:
    """A platform that is only copied: migrating takes longer than starting."""
    with ExitStack() as stack:
        servers = {}
        if os.environ.get("DATABASE_URL"):
            servers["DATABASE_URL"] = stack.enter_context(throwaway.database("migrated"))
        platform = Platform(tmp_path_factory.mktemp("migrated"), servers)
        platform.manage("migrate", "--no-input")
        yield platform


@pytest.fixture
def make_platform(tmp_path, migrated, django_db_blocker) -> Iterator[Callable[..., Platform]]:
    """Build a migrated platform on the database at hand; its rows are what the test's models see afterwards."""
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())

        def make(
            kind: type[Platform] = Platform, *, broker: str = "at hand", database: str = "", name: str = "state"
        ) -> Platform:
            servers = {}
            if database:
                servers["DATABASE_URL"] = database
            elif template := migrated.env.get("DATABASE_URL"):
                servers["DATABASE_URL"] = stack.enter_context(throwaway.database("faults", template=template))
            if broker == "at hand" and os.environ.get("REDIS_URL"):
                servers["REDIS_URL"] = throwaway.redis_url()
            platform = kind(tmp_path / name, servers)
            shutil.copytree(migrated.state_dir, platform.state_dir)
            if database:
                platform.manage("migrate", "--no-input")
            stack.enter_context(rows_of(platform))
            stack.callback(end, platform)
            return platform

        yield make


def end(platform: Platform) -> None:
    if platform.is_running:
        platform.stop()


@contextmanager
def rows_of(platform: Platform) -> Iterator[None]:
    """Let the models of this process read and write the platform's database."""
    ours = connections["default"]
    described = {**ours.settings_dict, **database_of(platform)}
    connections["default"] = load_backend(described["ENGINE"]).DatabaseWrapper(described, "default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = ours


def database_of(platform: Platform) -> dict:
    if url := platform.env.get("DATABASE_URL"):
        return {**environ.Env.db_url_config(url), "OPTIONS": {}}
    return {"NAME": platform.state_dir / "voc.sqlite3"}


@pytest.fixture
def link() -> Callable[[], CollectionLink]:
    """A counter where anybody may answer; low scores open cases by the default rules."""

    def make() -> CollectionLink:
        ensure_loop_defaults(now=timezone.now())
        return survey_page.collect(survey_page.publish())

    return make
