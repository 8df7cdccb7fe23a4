"""SQL that Django writes once and we send many times: for the statements of the busiest page, and only for those.

Building a query takes Django longer than the database needs to answer it, and PostgreSQL plans one longer than it takes
to run it; so both do it once per connection. Everything else uses the ORM as it is.
"""

from collections import namedtuple
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Field, Model, QuerySet
from psycopg import Cursor


def prepared_cursor() -> CursorWrapper:
    """A cursor whose statements PostgreSQL plans once per connection and then only runs."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    cursor = Cursor(connection.connection)
    return connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)


class PreparedRow:
    """The one row of a `values_list` query whose conditions take the place of the parameters of `get`, in order."""

    def __init__(self, queryset: QuerySet) -> None:
        self._query = queryset[:1].query
        self._row = namedtuple("Row", self._query.values_select)
        self._written: dict[str, tuple[str, dict]] = {}

    def get(self, *params: object) -> tuple | None:
        sql, converters = self._written.get(connection.vendor) or self._write()
        with prepared_cursor() as cursor:
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
    table = _Table.of(type(rows[0]), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table.name} ({table.columns}) VALUES {table.values(len(rows))} RETURNING {table.key}",  # noqa: S608
            table.params(rows),
        )
        _note_keys(rows, cursor.fetchall())


def insert_family(
    parent: Model, children: Sequence[Model], link: str, *, guard: tuple[str, list] | None = None
) -> bool:
    """Insert a row and those that point to it by the column `link`, if the `guard` statement hits a row first.

    Returns False, and has written nothing, where the guard hit none. On PostgreSQL all of it is one statement: one way
    to the server and back in the place of five.
    """
    if connection.vendor == "postgresql":
        return _insert_at_once(parent, children, link, guard or ("SELECT 1", []))
    with transaction.atomic():
        if guard and not _hits(*guard):
            return False
        insert_rows([parent])
        for child in children:
            setattr(child, link, parent.pk)
        insert_rows(children)
    return True


def _hits(sql: str, params: list) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount > 0


def _insert_at_once(parent: Model, children: Sequence[Model], link: str, guard: tuple[str, list]) -> bool:
    above, below = _Table.of(type(parent), "postgresql"), _Table.of(type(children[0]), "postgresql", link)
    guarding, guard_params = guard
    returning = " RETURNING 1" if guarding.lstrip().startswith("UPDATE") else ""
    sql = f"""
        WITH guard AS ({guarding}{returning}),
        parent AS (INSERT INTO {above.name} ({above.columns}) SELECT {above.typed} FROM guard RETURNING {above.key})
        INSERT INTO {below.name} ({connection.ops.quote_name(link)}, {below.columns})
        SELECT parent.{above.key}, child.* FROM parent, (VALUES {below.values(len(children))}) AS child
        RETURNING {below.key}, {connection.ops.quote_name(link)}
    """  # noqa: S608  names come from our models, values are parameters
    with prepared_cursor() as cursor:
        cursor.execute(sql, [*guard_params, *above.params([parent]), *below.params(children)])
        found = cursor.fetchall()
    if not found:
        return False
    _note_keys(children, found)
    _note_keys([parent], [(found[0][1],)])
    for child in children:
        setattr(child, link, parent.pk)
    return True


def _note_keys(rows: Sequence[Model], keys: Sequence[tuple]) -> None:
    """Both databases give keys back in the order of the rows."""
    for row, (key, *_) in zip(rows, keys, strict=True):
        row.pk, row._state.adding, row._state.db = key, False, connection.alias


@dataclass(frozen=True, slots=True)
class _Table:
    """A model's table as statements write it, without its key and, where it is filled in later, without one column."""

    name: str
    key: str
    fields: tuple[Field, ...]
    columns: str
    typed: str

    @staticmethod
    @lru_cache(maxsize=32)
    def of(model: type[Model], vendor: str, without: str = "") -> "_Table":
        quote, meta = connection.ops.quote_name, model._meta
        fields = tuple(each for each in meta.concrete_fields if not each.primary_key and each.column != without)
        # A value in a SELECT has no column to take its type from, so PostgreSQL must be told.
        cast = "%s::{}" if vendor == "postgresql" else "%s"
        return _Table(
            name=quote(meta.db_table),
            key=quote(meta.pk.column),
            fields=fields,
            columns=", ".join(quote(each.column) for each in fields),
            typed=", ".join(cast.format(each.db_type(connection)) for each in fields),
        )

    def values(self, count: int) -> str:
        return ", ".join([f"({self.typed})"] * count)

    def params(self, rows: Sequence[Model]) -> list:
        own = connections[DEFAULT_DB_ALIAS]  # past the proxy, which looks itself up for each of the values
        return [each.get_db_prep_save(getattr(row, each.attname), own) for row in rows for each in self.fields]
