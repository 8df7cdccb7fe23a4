"""A word that stands for a person, and where it is found in the database whatever the models say."""

from django.db import connection

CANARY = "canary7391"


def places() -> list[str]:
    """The tables that hold the word, in any column of any row, also in those that no model knows."""
    return [table for table in connection.introspection.table_names() if _holds(table)]


def _holds(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        return any(CANARY in str(value) for row in cursor.fetchall() for value in row)
