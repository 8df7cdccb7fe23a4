"""Web servers of the version before go on while the new schema is there already: no migration may break what they do.

Old code names every column that it knows in each INSERT, and none that it does not know. So a column is taken away,
renamed or narrowed only in the release after the one whose code stopped using it.
"""

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

OURS = ("surveys", "feedback", "loop", "vocplatform")
# No version was released before these, so no older code ever meets them.
BEFORE_THE_FIRST_RELEASE = {"surveys": 12, "feedback": 19, "loop": 16, "vocplatform": 1}
# "app.migration": why it may do what the rules forbid.
EXCEPTIONS: dict[str, str] = {}


def harm(operation: migrations.operations.base.Operation, app: str, before: ProjectState) -> str:
    """Say what the operation does to code that does not know of it yet; nothing if it goes on as it did."""
    match operation:
        case migrations.SeparateDatabaseAndState():
            harms = (harm(each, app, before) for each in operation.database_operations)
            return next(filter(None, harms), "")
        case migrations.RemoveField() | migrations.DeleteModel():
            return "is still read and written: stop using it in this release, and take it away in the next one"
        case migrations.RenameField() | migrations.RenameModel() | migrations.AlterModelTable():
            return "is unknown under its new name: add a second one, fill it, and take the old one away later"
        case migrations.RunSQL():
            return "cannot be judged: write it as an operation, or explain it under EXCEPTIONS"
        case migrations.AddField():
            return of_a_new_column(operation.field)
        case migrations.AlterField():
            model = before.models[app, operation.model_name_lower]
            return of_a_changed_column(model.get_field(operation.name), operation.field)
    return ""


def of_a_new_column(field: models.Field) -> str:
    has_value = field.null or field.has_db_default() or field.many_to_many or field.generated
    return "" if has_value else "gets no value from old code: give it a db_default or let it be NULL"


def of_a_changed_column(old: models.Field, new: models.Field) -> str:
    if old.null and not new.null:
        return "gets NULL from old code: write values everywhere in this release, and forbid NULL in the next one"
    if new.get_internal_type() != old.get_internal_type():
        return "gets the old type from old code: add a second column"
    if new.max_length and (old.max_length is None or new.max_length < old.max_length):
        return "gets longer values from old code: shorten it in the release after"
    if new.unique and not old.unique:
        return "gets equal values from old code: make it unique in the release after"
    return ""


def harms_of(migration: migrations.Migration, before: ProjectState) -> list[str]:
    """Operations on what the same migration creates harm nobody: old code does not know it at all."""
    found, created = [], set()
    for operation in migration.operations:
        if isinstance(operation, migrations.CreateModel):
            created.add(operation.name_lower)
        touched = getattr(operation, "model_name_lower", None) or getattr(operation, "name_lower", "")
        if touched not in created and (says := harm(operation, migration.app_label, before)):
            found.append(f"{migration.app_label}.{migration.name}: {operation.describe()}: {says}")
        operation.state_forwards(migration.app_label, before)
    return found


def later_migrations(loader: MigrationLoader) -> list[migrations.Migration]:
    return [
        migration
        for (app, name), migration in sorted(loader.disk_migrations.items())
        if app in OURS and int(name[:4]) > BEFORE_THE_FIRST_RELEASE[app]
    ]


@pytest.fixture(scope="module")
def loader(request) -> MigrationLoader:
    """The migrations as files, whatever --no-migrations says to the test database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.MIGRATION_MODULES", {})
        return MigrationLoader(None, replace_migrations=False)


def test_no_migration_breaks_the_version_that_runs_beside_it(loader):
    found = []
    for migration in later_migrations(loader):
        if f"{migration.app_label}.{migration.name}" not in EXCEPTIONS:
            before = loader.project_state([(migration.app_label, migration.name)], at_end=False)
            found += harms_of(migration, before)
    assert found == [], "\n".join(found)


def test_every_exception_names_a_migration_and_says_why(loader):
    names = {f"{app}.{name}" for app, name in loader.disk_migrations}
    assert set(EXCEPTIONS) <= names and all(len(why.split()) > 5 for why in EXCEPTIONS.values())


def test_the_rules_would_have_found_what_was_done_before_the_first_release(loader):
    """Else a change of Django could make them blind and nobody would notice."""
    first = loader.get_migration("feedback", "0003_wide_rollups")
    before = loader.project_state([("feedback", "0003_wide_rollups")], at_end=False)
    assert {line.split(": ")[1].split()[0] for line in harms_of(first, before)} >= {"Remove", "Rename", "Add"}


def old_code() -> ProjectState:
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("note", models.CharField(max_length=20, null=True)),
        ("code", models.CharField(max_length=20)),
    ]
    state = ProjectState()
    state.add_model(ModelState("loop", "Case", fields))
    return state


HARMFUL = {
    "a column goes": migrations.RemoveField("case", "note"),
    "a table goes": migrations.DeleteModel("Case"),
    "a column is renamed": migrations.RenameField("case", "note", "words"),
    "a table is renamed": migrations.RenameModel("Case", "Story"),
    "a table is moved": migrations.AlterModelTable("case", "stories"),
    "a new column wants a value": migrations.AddField("case", "level", models.IntegerField(default=0)),
    "NULL is forbidden": migrations.AlterField("case", "note", models.CharField(max_length=20)),
    "NULL is forbidden, with a default": migrations.AlterField(
        "case", "note", models.CharField(max_length=20, db_default="")
    ),
    "a column gets shorter": migrations.AlterField("case", "code", models.CharField(max_length=10)),
    "a column changes its type": migrations.AlterField("case", "code", models.IntegerField()),
    "a column becomes unique": migrations.AlterField("case", "code", models.CharField(max_length=20, unique=True)),
    "SQL that nobody can read": migrations.RunSQL("SELECT 1"),
    "hidden in two halves": migrations.SeparateDatabaseAndState([migrations.RemoveField("case", "note")]),
}
HARMLESS = {
    "a new column may be empty": migrations.AddField("case", "level", models.IntegerField(null=True)),
    "the database fills it": migrations.AddField("case", "level", models.IntegerField(default=0, db_default=0)),
    "a column gets longer": migrations.AlterField("case", "code", models.CharField(max_length=40)),
    "NULL is allowed": migrations.AlterField("case", "code", models.CharField(max_length=20, null=True)),
    "only choices change": migrations.AlterField("case", "code", models.CharField(max_length=20, choices=[("a", "A")])),
    "a new table": migrations.CreateModel("Story", [("id", models.BigAutoField(primary_key=True))]),
}


@pytest.mark.parametrize("operation", HARMFUL.values(), ids=HARMFUL)
def test_what_breaks_old_code_is_refused(operation):
    assert harm(operation, "loop", old_code())


@pytest.mark.parametrize("operation", HARMLESS.values(), ids=HARMLESS)
def test_what_old_code_does_not_notice_is_allowed(operation):
    assert not harm(operation, "loop", old_code())


def test_what_the_same_migration_creates_may_be_changed_in_it_at_will():
    class Both(migrations.Migration):
        operations = [
            migrations.CreateModel("Story", [("id", models.BigAutoField(primary_key=True))]),
            migrations.AddField("story", "level", models.IntegerField(default=0)),
        ]

    assert harms_of(Both("0099_both", "loop"), old_code()) == []
