import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("feedback", "0009_saved_and_shared"),
        ("surveys", "0005_delivery_reports"),
    ]

    operations = [
        migrations.CreateModel(
            name="CommentRollup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="day")),
                ("touchpoint_key", models.BigIntegerField(default=0, verbose_name="touchpoint")),
                ("channel", models.CharField(max_length=8, verbose_name="channel")),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("counted", "counted"),
                            ("test", "test"),
                            ("research", "research"),
                            ("recovery", "after a case"),
                            ("flagged", "doubtful quality"),
                            ("interview", "interview"),
                        ],
                        default="counted",
                        max_length=10,
                        verbose_name="standing",
                    ),
                ),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("commented", "wrote a comment"),
                            ("searched", "wrote in a language in which themes are looked for"),
                            ("theme", "speaks of a theme"),
                            ("intent", "asks this of us"),
                        ],
                        max_length=9,
                        verbose_name="about",
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=20, verbose_name="subject")),
                ("is_anonymous", models.BooleanField(default=False, verbose_name="anonymous")),
                ("responses", models.PositiveIntegerField(verbose_name="responses")),
                ("wishes", models.PositiveIntegerField(default=0, verbose_name="wishes of promoters")),
                ("bin_0", models.PositiveIntegerField(default=0)),
                ("bin_1", models.PositiveIntegerField(default=0)),
                ("bin_2", models.PositiveIntegerField(default=0)),
                ("bin_3", models.PositiveIntegerField(default=0)),
                ("bin_4", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "roll-up of comments",
                "verbose_name_plural": "roll-ups of comments",
            },
        ),
        migrations.CreateModel(
            name="Taxonomy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(default=1, verbose_name="version")),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="changed at")),
                (
                    "discovered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="last looked for new themes at"),
                ),
            ],
            options={
                "verbose_name": "taxonomy",
                "verbose_name_plural": "taxonomy",
            },
        ),
        migrations.CreateModel(
            name="Theme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "slug",
                    models.SlugField(
                        help_text="Stands in addresses, files and the API.",
                        max_length=60,
                        unique=True,
                        verbose_name="short name",
                    ),
                ),
                ("description", models.CharField(blank=True, max_length=300, verbose_name="what belongs here")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "theme",
                "verbose_name_plural": "themes",
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="ThemeMention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("taxonomy_version", models.PositiveIntegerField(verbose_name="version of the themes")),
                (
                    "label",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("negative", "negative"),
                            ("neutral", "neutral"),
                            ("positive", "positive"),
                            ("mixed", "mixed"),
                        ],
                        max_length=8,
                        verbose_name="label",
                    ),
                ),
                ("compound", models.FloatField(blank=True, null=True, verbose_name="compound")),
                (
                    "spans",
                    models.JSONField(default=list, help_text="Pairs of first character and end.", verbose_name="words"),
                ),
            ],
            options={
                "verbose_name": "mention of a theme",
                "verbose_name_plural": "mentions of themes",
                "ordering": ["answer", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ThemeRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        help_text="Such as en or de: only comments in it are searched. Empty: comments in any language.",
                        max_length=3,
                        verbose_name="language",
                    ),
                ),
                ("words", models.TextField(verbose_name="words")),
            ],
            options={
                "verbose_name": "words of a theme",
                "verbose_name_plural": "words of themes",
                "ordering": ["theme", "language"],
            },
        ),
        migrations.CreateModel(
            name="ThemeSuggestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("phrase", models.CharField(max_length=100, unique=True, verbose_name="phrase")),
                ("phrases", models.JSONField(default=list, verbose_name="said together")),
                ("language", models.CharField(max_length=3, verbose_name="language")),
                ("first_on", models.DateField(verbose_name="from")),
                ("last_on", models.DateField(verbose_name="to")),
                ("mentions", models.PositiveIntegerField(verbose_name="comments with it")),
                ("comments", models.PositiveIntegerField(verbose_name="comments")),
                ("mentions_before", models.PositiveIntegerField(verbose_name="comments with it before")),
                ("comments_before", models.PositiveIntegerField(verbose_name="comments before")),
                ("z", models.FloatField(verbose_name="strength")),
                ("examples", models.JSONField(default=list, verbose_name="examples")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "to be decided"),
                            ("accepted", "made a theme"),
                            ("merged", "added to a theme"),
                            ("dismissed", "dismissed"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
            ],
            options={
                "verbose_name": "suggested theme",
                "verbose_name_plural": "suggested themes",
                "ordering": ["-z"],
            },
        ),
        migrations.AddField(
            model_name="response",
            name="themed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="searched for themes at"),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(
                condition=models.Q(("scored_at__isnull", False)),
                fields=["themed_at"],
                name="response_by_search_for_themes",
            ),
        ),
        migrations.AddField(
            model_name="commentrollup",
            name="survey",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="surveys.survey",
                verbose_name="survey",
            ),
        ),
        migrations.AddField(
            model_name="commentrollup",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="surveys.surveyversion",
                verbose_name="version",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxonomy",
            constraint=models.CheckConstraint(condition=models.Q(("pk", 1)), name="taxonomy_is_one_row"),
        ),
        migrations.AddField(
            model_name="theme",
            name="owner_team",
            field=models.ForeignKey(
                blank=True,
                help_text="Who does something about it. A theme that nobody owns is listed first.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="themes",
                to="surveys.team",
                verbose_name="owner",
            ),
        ),
        migrations.AddField(
            model_name="theme",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty for a theme of its own. There are two levels.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="children",
                to="feedback.theme",
                verbose_name="part of",
            ),
        ),
        migrations.AddField(
            model_name="thememention",
            name="answer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mentions",
                to="feedback.answer",
                verbose_name="answer",
            ),
        ),
        migrations.AddField(
            model_name="thememention",
            name="response",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mentions",
                to="feedback.response",
                verbose_name="response",
            ),
        ),
        migrations.AddField(
            model_name="thememention",
            name="theme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mentions",
                to="feedback.theme",
                verbose_name="theme",
            ),
        ),
        migrations.AddField(
            model_name="themerule",
            name="theme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rules",
                to="feedback.theme",
                verbose_name="theme",
            ),
        ),
        migrations.AddField(
            model_name="thememention",
            name="rule",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="mentions",
                to="feedback.themerule",
                verbose_name="found by",
            ),
        ),
        migrations.AddField(
            model_name="themesuggestion",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="themesuggestion",
            name="theme",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="suggestions",
                to="feedback.theme",
                verbose_name="theme",
            ),
        ),
        migrations.AddIndex(
            model_name="commentrollup",
            index=models.Index(fields=["about", "on"], name="comments_by_subject_and_day"),
        ),
        migrations.AddConstraint(
            model_name="commentrollup",
            constraint=models.UniqueConstraint(
                fields=("on", "version", "touchpoint_key", "channel", "standing", "about", "subject"),
                name="comments_counted_once_per_subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="theme",
            constraint=models.UniqueConstraint(fields=("parent", "name"), name="theme_name_once_per_parent"),
        ),
        migrations.AddConstraint(
            model_name="theme",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("parent__isnull", True), models.Q(("parent", models.F("pk")), _negated=True), _connector="OR"
                ),
                name="theme_is_not_part_of_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="themerule",
            constraint=models.UniqueConstraint(fields=("theme", "language"), name="theme_rule_once_per_language"),
        ),
        migrations.AddIndex(
            model_name="thememention",
            index=models.Index(fields=["response", "theme"], name="mention_by_response"),
        ),
        migrations.AddConstraint(
            model_name="thememention",
            constraint=models.UniqueConstraint(fields=("answer", "theme"), name="theme_mentioned_once_per_answer"),
        ),
        migrations.AddConstraint(
            model_name="themesuggestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("status", "waiting")),
                    models.Q(models.Q(("status", "waiting"), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="suggestion_is_decided_once",
            ),
        ),
    ]
