from django.db import migrations


def mend(apps, schema_editor):
    """PostgreSQL: 0016 took the unique index away together with the one it meant. A new database has it already."""
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(
        "UPDATE feedback_reading older SET is_current = FALSE FROM feedback_reading newer"
        " WHERE older.is_current AND newer.is_current AND older.answer_id = newer.answer_id AND older.id < newer.id"
    )
    schema_editor.execute(
        "CREATE UNIQUE INDEX IF NOT EXISTS one_reading_is_current ON feedback_reading (answer_id) WHERE is_current"
    )


class Migration(migrations.Migration):
    atomic = False  # the update's deferred triggers would keep the index from being built
    dependencies = [("feedback", "0019_contact_centre_metrics")]

    operations = [migrations.RunPython(mend, migrations.RunPython.noop, elidable=True)]
