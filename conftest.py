"""Shared by all tests: workers run inline, mail stays in memory, the state folder is thrown away."""

import gc
import os
import tempfile
from io import StringIO

# Named here and not in pyproject.toml: there pytest-django would read the settings before this page has set anything.
os.environ["DJANGO_SETTINGS_MODULE"] = "vocplatform.settings"
os.environ["ENV_FILE"] = os.devnull  # what an operator wrote into .env is not for tests
os.environ.setdefault("STATE_DIR", tempfile.mkdtemp(prefix="voc-test-"))
os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("PEPPER", "only-for-tests")
os.environ.setdefault("SQLITE_SYNCHRONOUS", "OFF")
os.environ.setdefault("HOLDOUT_PERCENT", "0")  # nobody is kept aside by chance
os.environ.setdefault("LOG_FORMAT", "console")
os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver keeps a loop in the test's thread

import django
import hypothesis
import pytest
from django.core.management import call_command

django.setup()
# A busy machine makes no property false.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--outside-only",
        action="store_true",
        help="leave out what asks no database and no other server: `make test` has run it, and here it would be the same",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--outside-only"):
        return
    same = [item for item in items if not _goes_outside(item)]
    config.hook.pytest_deselected(items=same)
    items[:] = [item for item in items if _goes_outside(item)]


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: looking through it for garbage took a tenth of the time."""
    gc.collect()
    gc.freeze()


def _goes_outside(item: pytest.Item) -> bool:
    """pytest-django lets nobody near the database who does not ask for it."""
    asked = {"db", "transactional_db"}.intersection(item.fixturenames)
    return bool(asked) or any(map(item.get_closest_marker, ("django_db", "services", "long", "browser", "faults")))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """As every deployment has them: nobody sets up the five roles again for each test."""
    with django_db_blocker.unblock():
        call_command("sync_roles", verbosity=0, stdout=StringIO())


@pytest.fixture(autouse=True)
def _inline_workers(settings, request):
    from django.core.cache import cache

    from vocplatform.celery import app
    from vocplatform.lib.hooks import breaker

    breaker.reset()  # what one test did to the broker is not the next one's trouble
    before = app.conf.task_always_eager, app.conf.task_eager_propagates
    if not request.node.get_closest_marker("faults"):
        app.conf.task_always_eager, app.conf.task_eager_propagates = True, True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.AXES_ENABLED = False
    settings.RATE_STORE_URL = ""  # each test counts for itself
    settings.WHITENOISE_AUTOREFRESH = True  # looks for a file when it is asked for, and not for all with each client
    cache.clear()
    yield
    app.conf.task_always_eager, app.conf.task_eager_propagates = before


@pytest.fixture(autouse=True)
def _no_versions_of_other_tests():
    """Ids and made-up checksums come back in every test; a real checksum never names two contents."""
    from surveys.services.published import load_version

    load_version.cache_clear()


@pytest.fixture
def after_commit(django_capture_on_commit_callbacks):
    """`with after_commit():` what is announced inside is followed at once, as a worker would."""
    return lambda: django_capture_on_commit_callbacks(execute=True)
