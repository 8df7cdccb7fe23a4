"""Databases and ports that tests with real processes use up."""

import contextlib
import os
import secrets
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port: int, *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing answers on port {port}")


def redis_url() -> str:
    """Redis at hand; each process of a parallel run has a database of its own there."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return urlunsplit(urlsplit(needed("REDIS_URL"))._replace(path=f"/{worker}"))


def needed(name: str) -> str:
    if name not in os.environ:
        pytest.fail(f"{name} is not set: start this with `make test-services`")
    return os.environ[name]


@contextlib.contextmanager
def database(purpose: str, *, template: str = "template1") -> Iterator[str]:
    """Yield the URL of a new PostgreSQL database beside the one that DATABASE_URL names; it is dropped afterwards.

    `template` is the URL or the name of a database to copy.
    """
    server = needed("DATABASE_URL")
    name = f"voc_{purpose}_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template.rsplit('/', 1)[-1]}")
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
