"""Turns between workers for work that no row stands for, held until the transaction ends."""

from zlib import crc32

from django.db import connection


def take_turn(name: str, *, shared: bool = False) -> None:
    """Wait until nobody else holds `name`; those who share it hold it together. Call it inside a transaction.

    SQLite needs none: whoever has begun a transaction there is the only one who writes.
    """
    if connection.vendor != "postgresql":
        return
    kind = "_shared" if shared else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{kind}(%s)", [crc32(name.encode())])
