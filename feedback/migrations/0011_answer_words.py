from django.db import migrations, models

import vocplatform.lib.indexes


def fill(apps, schema_editor):
    """Comments that were written before can be found too."""
    sql = vocplatform.lib.indexes.fill_sql(schema_editor.connection, "answer_words", "feedback_answer", "text", "id")
    if sql:
        schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):
    dependencies = [("feedback", "0010_themes")]

    operations = [
        migrations.AddIndex(
            model_name="answer",
            index=vocplatform.lib.indexes.WordsIndex(
                condition=models.Q(("kind", "text")), fields=["text"], name="answer_words"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
