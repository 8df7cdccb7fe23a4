"""Work that waits for the database half of the time, done twice at once within one process."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from django.db import connection, connections


def side_by_side(work: Callable[[], None]) -> None:
    """Run `work` in two threads, each with a connection of its own: while one waits for rows, the other computes.

    Once and right here where a second one gains nothing: on SQLite, which has one writer, and within a transaction,
    whose rows no other connection sees. Raises what either of them raised.
    """
    if connection.vendor == "sqlite" or connection.in_atomic_block:
        return work()

    def apart() -> None:
        try:
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pair:
        both = [pair.submit(copy_context().run, apart) for _ in range(2)]
    for one in both:
        one.result()
