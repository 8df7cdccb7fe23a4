from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0013_fewer_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="taxonomy",
            name="searched_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Older than the change: a search is going on.",
                null=True,
                verbose_name="all comments searched at",
            ),
        ),
    ]
