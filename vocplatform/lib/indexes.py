from django.db.models import Index


class ContainsIndex(Index):
    """Makes `icontains` on one text field quick, in any language: trigrams know no words and need no spaces.

    PostgreSQL 13 or newer only, whose owner of a database may add the extension; elsewhere the index is nothing.
    `condition` narrows it to some rows; a query must state the same condition to use it.
    """

    def create_sql(self, model, schema_editor, using: str = "", **kwargs) -> str:
        if schema_editor.connection.vendor != "postgresql":
            return ""
        quote, (name,) = schema_editor.quote_name, self.fields
        column = quote(model._meta.get_field(name).column)
        where = self._get_condition_sql(model, schema_editor)
        return (
            "CREATE EXTENSION IF NOT EXISTS pg_trgm; "
            f"CREATE INDEX {quote(self.name)} ON {quote(model._meta.db_table)} "
            f"USING gin (UPPER({column}::text) gin_trgm_ops)" + (f" WHERE {where}" if where else "")
        )

    def remove_sql(self, model, schema_editor, **kwargs) -> str:
        if schema_editor.connection.vendor != "postgresql":
            return ""
        return f"DROP INDEX IF EXISTS {schema_editor.quote_name(self.name)}"


# What joins words into one token for PostgreSQL's parser (hosts, paths, hyphens) or counts as a letter in some locales.
JOINERS = "-_/.@:+<>&#~\\'’‘“”„«»…–—¿¡"


class WordsIndex(Index):
    """Full-text index of one text field, without a language: words are lower-cased and otherwise as they were written.

    PostgreSQL: GIN over a `simple` text vector. SQLite: an FTS5 table of the same name that triggers keep in step. Rows
    that exist before the index are filled in by the migration, with `fill_sql`. `lib.search` asks it.
    """

    def create_sql(self, model, schema_editor, using: str = "", **kwargs) -> str:
        quote, (name,) = schema_editor.quote_name, self.fields
        # While SQLite makes a table anew it goes by another name; the triggers are written when that is over.
        table = model._meta.db_table.removeprefix("new__")
        column, key = model._meta.get_field(name).column, model._meta.pk.column
        if schema_editor.connection.vendor == "postgresql":
            where = self._get_condition_sql(model, schema_editor)
            vector = self.vector(quote(column))
            return f"CREATE INDEX {quote(self.name)} ON {quote(table)} USING gin ({vector})" + (
                f" WHERE {where}" if where else ""
            )
        words = quote(self.name)
        schema_editor.deferred_sql.extend(_triggers(quote, self.name, table, column, key))
        return (
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {words} USING fts5({quote(column)}, content={quote(table)}, "
            f"content_rowid={quote(key)}, tokenize='unicode61 remove_diacritics 0', prefix='2 3')"
        )

    def remove_sql(self, model, schema_editor, **kwargs) -> str:
        quote = schema_editor.quote_name
        if schema_editor.connection.vendor == "postgresql":
            return f"DROP INDEX IF EXISTS {quote(self.name)}"
        for when in TRIGGERS:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {quote(f'{self.name}_{when}')}", params=None)
        return f"DROP TABLE IF EXISTS {quote(self.name)}"

    @staticmethod
    def vector(column: str) -> str:
        signs = JOINERS.replace("'", "''")
        return f"to_tsvector('simple', translate({column}, '{signs}', '{' ' * len(JOINERS)}'))"

    @staticmethod
    def of(model, field: str) -> "WordsIndex":
        return next(each for each in model._meta.indexes if isinstance(each, WordsIndex) and each.fields == [field])


TRIGGERS = ("insert", "update", "delete")


def _triggers(quote, name: str, table: str, column: str, key: str) -> list[str]:
    words, text, pk = quote(name), quote(column), quote(key)
    gone = f"INSERT INTO {words}({words}, rowid, {text}) SELECT 'delete', old.{pk}, old.{text} WHERE old.{text} NOTNULL"
    come = f"INSERT INTO {words}(rowid, {text}) SELECT new.{pk}, new.{text} WHERE new.{text} NOTNULL"
    steps = {"insert": [come], "update": [gone, come], "delete": [gone]}
    events = {"insert": "INSERT", "update": f"UPDATE OF {text}", "delete": "DELETE"}
    return [
        f"CREATE TRIGGER {quote(f'{name}_{when}')} AFTER {events[when]} ON {quote(table)} "
        f"BEGIN {'; '.join(steps[when])}; END"
        for when in TRIGGERS
    ]


def fill_sql(connection, name: str, table: str, column: str, key: str) -> str:
    """What brings the rows of before into a new `WordsIndex`; PostgreSQL has done so by itself."""
    if connection.vendor == "postgresql":
        return ""
    quote = connection.ops.quote_name
    return (
        f"INSERT INTO {quote(name)}(rowid, {quote(column)}) "  # noqa: S608  names come from our migrations
        f"SELECT {quote(key)}, {quote(column)} FROM {quote(table)} WHERE {quote(column)} NOTNULL"
    )
