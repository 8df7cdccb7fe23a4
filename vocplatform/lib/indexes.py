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
