from django.db.models import Field, ForeignObject, JSONField, Lookup


@ForeignObject.register_lookup
@Field.register_lookup
class AnyOf(Lookup):
    """`pk__any_of=[…]` is `pk__in=[…]` for thousands of keys: one array instead of a parameter each."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler, connection) -> tuple[str, list]:
        left, params = self.process_lhs(compiler, connection)
        if not self.rhs:
            return "1 = 0", []
        marks = ", ".join(["%s"] * len(self.rhs))
        return f"{left} IN ({marks})", [*params, *self.rhs]

    def as_postgresql(self, compiler, connection) -> tuple[str, list]:
        left, params = self.process_lhs(compiler, connection)
        if self.rhs and all(type(key) is int for key in self.rhs):
            # Written out, which costs a tenth of adapting each of them.
            return f"{left} = ANY(%s::bigint[])", [*params, f"{{{','.join(map(str, self.rhs))}}}"]
        return f"{left} = ANY(%s)", [*params, list(self.rhs)]


@JSONField.register_lookup
class Lists(Lookup):
    """`choices__lists="late"`: the list in the column holds this word."""

    lookup_name = "lists"
    prepare_rhs = False

    def as_sql(self, compiler, connection) -> tuple[str, list]:
        left, params = self.process_lhs(compiler, connection)
        found = f"SELECT 1 FROM json_each({left}) AS listed WHERE listed.value = %s"  # noqa: S608  only our own column
        return f"EXISTS ({found})", [*params, self.rhs]

    def as_postgresql(self, compiler, connection) -> tuple[str, list]:
        left, params = self.process_lhs(compiler, connection)
        return f"{left} ? %s", [*params, self.rhs]
