"""Writing very many rows: COPY where the database has it, one prepared statement where not."""

import json
from collections.abc import Iterable, Sequence
from functools import partial
from operator import attrgetter

from django.core.management.color import no_style
from django.db import connection, models, transaction


def next_pk(model: type[models.Model]) -> int:
    return (model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1


def learn_sizes(*counted: type[models.Model]) -> None:
    """Tell the database how many rows it has got, or it plans for an empty table and reads all of a full one."""
    with connection.cursor() as cursor:
        for model in counted:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


@transaction.atomic
def copy_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Write rows of plain values past `save`, hooks and checks. A column left out gets its field's default.

    Only for rows that the code itself makes up or has already checked. Without a primary key the database numbers them.
    """
    fields = [model._meta.get_field(name) for name in names]
    others = [field for field in model._meta.concrete_fields if field not in fields and not field.primary_key]
    rest = tuple(field.get_default() for field in others)
    _write(model, [*fields, *others], ((*row, *rest) for row in rows))
    if model._meta.pk in fields:
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
                cursor.execute(statement)


@transaction.atomic
def insert_all(rows: Sequence[models.Model]) -> None:
    """What `bulk_create` does, in half of its time: rows of one model get their primary keys and are written.

    For models whose fields need no `pre_save`, such as the hour of the last change.
    """
    if not rows:
        return
    model = type(rows[0])
    fields = model._meta.concrete_fields
    for row, pk in zip(rows, _new_pks(model, len(rows)), strict=True):
        row.pk = pk
    take = attrgetter(*(field.attname for field in fields))
    _write(model, fields, map(take, rows))
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _new_pks(model: type[models.Model], n: int) -> Iterable[int]:
    """Primary keys that nobody else gets. On SQLite whoever writes is alone."""
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
            last = cursor.fetchone()
        return range((last[0] if last else 0) + 1, (last[0] if last else 0) + n + 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(model._meta.db_table), model._meta.pk.column, n],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _write(model: type[models.Model], fields: Sequence[models.Field], rows: Iterable[Sequence]) -> None:
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    prepared = _prepared(fields, rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in prepared:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", prepared)  # noqa: S608  own names


def _prepared(fields: Sequence[models.Field], rows: Iterable[Sequence]) -> Iterable[Sequence]:
    """Values as the driver takes them. PostgreSQL's takes nearly all as they are, which saves most of the time."""
    if connection.vendor == "postgresql":
        prepare = {place: _as_json for place, field in enumerate(fields) if isinstance(field, models.JSONField)}
    else:
        prepare = {place: partial(field.get_db_prep_save, connection=connection) for place, field in enumerate(fields)}
    for row in rows:
        ready = list(row)
        for place, prepared in prepare.items():
            ready[place] = prepared(row[place])
        yield ready


def _as_json(value: object) -> str | None:
    return None if value is None else json.dumps(value)
