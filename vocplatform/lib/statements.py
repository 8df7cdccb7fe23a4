"""SQL that Django writes once and we send many times: for the statements of the busiest page, and only for those.

Building a query takes Django longer than the database needs to answer it. Everything else uses the ORM as it is.
"""

from collections import namedtuple
from collections.abc import Sequence
from functools import lru_cache

from django.db import connection
from django.db.models import Field, Model, QuerySet


class PreparedRow:
    """The one row of a `values_list` query whose conditions take the place of the parameters of `get`, in order."""

    def __init__(self, queryset: QuerySet) -> None:
        self._query = queryset[:1].query
        self._row = namedtuple("Row", self._query.values_select)
        self._written: dict[str, tuple[str, dict]] = {}

    def get(self, *params: object) -> tuple | None:
        sql, converters = self._written.get(connection.vendor) or self._write()
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            row = cursor.fetchone()
        if row is None:
            return None
        values = list(row)
        for place, (convert, expression) in converters.items():
            for step in convert:
                values[place] = step(values[place], expression, connection)
        return self._row._make(values)

    def _write(self) -> tuple[str, dict]:
        compiler = self._query.get_compiler(connection=connection)
        sql, _ = compiler.as_sql()
        written = sql, compiler.get_converters([expression for expression, _, _ in compiler.select])
        self._written[connection.vendor] = written
        return written


def insert_rows(rows: Sequence[Model]) -> None:
    """Insert new rows of one model by one statement and give them their keys. Sends no signals, sets no auto_now."""
    model = type(rows[0])
    sql, fields = _insert_statement(model, len(rows), connection.vendor)
    params = [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        keys = cursor.fetchall()
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk, row._state.adding, row._state.db = key, False, connection.alias


@lru_cache(maxsize=64)
def _insert_statement(model: type[Model], count: int, vendor: str) -> tuple[str, tuple[Field, ...]]:
    """Both databases give keys back in the order of the rows of one VALUES list."""
    quote = connection.ops.quote_name
    fields = tuple(field for field in model._meta.concrete_fields if not field.primary_key)
    columns = ", ".join(quote(field.column) for field in fields)
    values = ", ".join(["(" + ", ".join(["%s"] * len(fields)) + ")"] * count)
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    return f"INSERT INTO {table} ({columns}) VALUES {values} RETURNING {key}", fields  # noqa: S608  names of our models
