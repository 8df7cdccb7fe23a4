import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The words that were the outcome stay in their column, which the code calls the note from now on."""

    dependencies = [
        ("loop", "0016_favours_and_praise"),
    ]

    operations = [
        migrations.CreateModel(
            name="Outcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                ("is_active", models.BooleanField(default=True, verbose_name="offered")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "outcome",
                "verbose_name_plural": "outcomes",
                "ordering": ["position", "name"],
                "abstract": False,
            },
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField(model_name="case", old_name="outcome", new_name="outcome_note"),
                migrations.AlterField(
                    model_name="case",
                    name="outcome_note",
                    field=models.CharField(
                        blank=True, db_column="outcome", max_length=300, verbose_name="how it ended"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="case",
            name="outcome",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cases",
                to="loop.outcome",
                verbose_name="outcome",
            ),
        ),
    ]
