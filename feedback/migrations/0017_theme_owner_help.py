import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0016_reading_by_its_answer"),
        ("surveys", "0009_future_journeys"),
    ]

    operations = [
        migrations.AlterField(
            model_name="theme",
            name="owner_team",
            field=models.ForeignKey(
                blank=True,
                help_text="Who does something about it. Themes that nobody owns can be listed alone.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="themes",
                to="surveys.team",
                verbose_name="owner",
            ),
        ),
    ]
