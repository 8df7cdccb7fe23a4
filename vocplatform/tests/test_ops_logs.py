"""What a log line may say, and what never."""

import io
import json
import logging

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from vocplatform.celery import app
from vocplatform.lib import logs
from vocplatform.lib.env import logging_config

CANARIES = {
    "survey token": ("GET /s/Zk3v9aQ1b2C3d4E5f6/", "Zk3v9aQ1"),
    "unsubscribe token": ("POST /u/eyJhIjoxfQ:1tZ:abc/ refused", "eyJhIjoxfQ"),
    "status link": ("GET /status/Zk3v9aQ1b2C3d4E5f6/", "Zk3v9aQ1"),
    "search for a customer": ("GET /customers/?q=Jane+Doe", "Jane"),
    "API key": ("key voc_live_8a7b6c5d4e3f", "8a7b6c5d"),
    "mail address": ("550 <jane.doe+x@mail.example.org> unknown", "jane.doe"),
    "phone number": ("cannot reach +49 170 1234567", "1234567"),
    "password of a server": ("cannot connect to postgres://voc:hunter2@db/voc", "hunter2"),
    "row that the database refused": (
        'new row violates "answer"\nDETAIL:  Failing row contains (7, never again with you, 2)',
        "never again",
    ),
}


@pytest.fixture
def lines():
    """The very formatter of production, writing where the test can read."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    config = logging_config("INFO", "json")
    factory = dict(config["formatters"]["lines"])
    handler.setFormatter(factory.pop("()")(**factory))
    root = logging.getLogger("voc-test")
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    root.propagate = False
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    root.removeHandler(handler)


@pytest.mark.parametrize(("text", "secret"), CANARIES.values(), ids=CANARIES.keys())
def test_no_line_carries_a(lines, text, secret):
    logging.getLogger("voc-test").warning("it says %s", text)
    assert secret not in json.dumps(lines())


@pytest.mark.parametrize(("text", "secret"), CANARIES.values(), ids=CANARIES.keys())
def test_no_traceback_carries_a(lines, text, secret):
    try:
        raise ValueError(text)
    except ValueError:
        logging.getLogger("voc-test").exception("it broke")
    assert "ValueError" in json.dumps(lines())
    assert secret not in json.dumps(lines())


@pytest.mark.parametrize("wrap", [lambda text: {"a": [text]}, lambda text: (text, 1), lambda text: ValueError(text)])
def test_what_hides_inside_other_values_is_masked_too(wrap):
    event = logs.mask_secrets(None, "info", {"value": wrap("jane@example.org")})
    assert "jane" not in repr(event)


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False)))
def test_numbers_pass_unchanged(value):
    assert logs.mask_value(value) is value


def test_an_ordinary_line_stays_readable():
    line = "case_opened case=42 rule='NPS at most 6' path=/cases/42/ at 2026-11-22T17:52:49.704444+00:00"
    assert logs.mask(line) == line


def test_lines_are_json_with_time_level_and_logger(lines):
    logging.getLogger("voc-test").warning("something happened")
    (line,) = lines()
    assert line["event"] == "something happened"
    assert (line["level"], line["logger"]) == ("warning", "voc-test")
    assert line["timestamp"].endswith("Z")


def test_a_line_break_in_a_value_starts_no_new_line(lines):
    logging.getLogger("voc-test").warning("name %s", 'x\n{"event": "forged"}')
    assert len(lines()) == 1


@pytest.mark.filterwarnings("ignore:task_always_eager has no effect")
def test_the_requests_id_goes_along_with_the_task():
    with structlog.contextvars.bound_contextvars(request_id="r-1"), app.connection_for_write("memory://") as broker:
        app.send_task("tests.task", connection=broker, queue="log-test")
        message = broker.SimpleQueue("log-test").get(timeout=5)
    assert message.headers["__django_structlog__"]["request_id"] == "r-1"


@pytest.mark.django_db
def test_a_requests_line_has_neither_address_nor_token(client, caplog):
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.INFO, logger="django_structlog")
    client.get("/nothing/here/?q=Jane", REMOTE_ADDR="192.0.2.77")
    assert "request_finished" in caplog.text
    assert "192.0.2.77" not in caplog.text
