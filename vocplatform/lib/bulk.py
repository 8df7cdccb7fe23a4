"""Writing very many rows: COPY where the database has it, one prepared statement where not."""

import json
from collections.abc import Iterable, Sequence
from functools import partial

from django.core.management.color import no_style
from django.db import connection, models, transaction


def next_pk(model: type[models.Model]) -> int:
    return (model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1


@transaction.atomic
def copy_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Write rows of plain values past `save`, hooks and checks. A column left out gets its field's default.

    Only for rows that the code itself makes up or has already checked. Without a primary key the database numbers them.
    """
    fields = [model._meta.get_field(name) for name in names]
    others = [field for field in model._meta.concrete_fields if field not in fields and not field.primary_key]
    rest = tuple(field.get_default() for field in others)
    columns = ", ".join(connection.ops.quote_name(field.column) for field in [*fields, *others])
    table = connection.ops.quote_name(model._meta.db_table)
    prepared = _prepared([*fields, *others], ((*row, *rest) for row in rows))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in prepared:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * (len(fields) + len(others)))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", prepared)  # noqa: S608  own names
        if model._meta.pk in fields:
            for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
                cursor.execute(statement)


def _prepared(fields: list[models.Field], rows: Iterable[Sequence]) -> Iterable[Sequence]:
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
