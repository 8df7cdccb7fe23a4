import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import feedback.metrics.catalogue
import feedback.metrics.figure
import uuid
import vocplatform.lib.indexes
import vocplatform.lib.models
import vocplatform.lib.tokens
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("feedback", "0001_initial"),
        ("feedback", "0002_reading_intent"),
        ("feedback", "0003_wide_rollups"),
        ("feedback", "0004_response_by_link_day"),
        ("feedback", "0005_alter_setasideanswer_reason"),
        ("feedback", "0006_answer_by_its_words"),
        ("feedback", "0007_customers_and_segments"),
        ("feedback", "0008_corrections_and_blind_samples"),
        ("feedback", "0009_saved_and_shared"),
        ("feedback", "0010_themes"),
        ("feedback", "0011_answer_words"),
        ("feedback", "0012_metrics_facts_alerts"),
        ("feedback", "0013_fewer_indexes"),
        ("feedback", "0014_themes_searched"),
        ("feedback", "0015_response_attempts"),
        ("feedback", "0016_reading_by_its_answer"),
        ("feedback", "0017_theme_owner_help"),
        ("feedback", "0018_scoring_batch"),
        ("feedback", "0019_contact_centre_metrics"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("surveys", "0001_squashed_0012_dates_and_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="Rollup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="day")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="surveys.surveyversion",
                        verbose_name="version",
                    ),
                ),
                ("touchpoint_key", models.BigIntegerField(default=0, verbose_name="touchpoint")),
                ("channel", models.CharField(max_length=8, verbose_name="channel")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="surveys.survey",
                        verbose_name="survey",
                    ),
                ),
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
                ("question_key", models.CharField(blank=True, max_length=40, verbose_name="question")),
                ("kind", models.CharField(max_length=8, verbose_name="kind")),
                ("is_lead", models.BooleanField(default=False, verbose_name="first question of its kind")),
                ("is_opening", models.BooleanField(default=False, verbose_name="first scale of the survey")),
                ("is_anonymous", models.BooleanField(default=False, verbose_name="anonymous")),
                ("answers", models.PositiveIntegerField(verbose_name="number of answers")),
                ("bin_0", models.PositiveIntegerField(default=0)),
                ("bin_1", models.PositiveIntegerField(default=0)),
                ("bin_2", models.PositiveIntegerField(default=0)),
                ("bin_3", models.PositiveIntegerField(default=0)),
                ("bin_4", models.PositiveIntegerField(default=0)),
                ("bin_5", models.PositiveIntegerField(default=0)),
                ("bin_6", models.PositiveIntegerField(default=0)),
                ("bin_7", models.PositiveIntegerField(default=0)),
                ("bin_8", models.PositiveIntegerField(default=0)),
                ("bin_9", models.PositiveIntegerField(default=0)),
                ("bin_10", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "roll-up",
                "verbose_name_plural": "roll-ups",
                "indexes": [models.Index(fields=["kind", "on"], name="rollup_by_kind_and_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("on", "version", "touchpoint_key", "channel", "standing", "question_key"),
                        name="rollup_counts_each_question_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TrafficRollup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="day")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="surveys.surveyversion",
                        verbose_name="version",
                    ),
                ),
                ("touchpoint_key", models.BigIntegerField(default=0, verbose_name="touchpoint")),
                ("channel", models.CharField(max_length=8, verbose_name="channel")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="surveys.survey",
                        verbose_name="survey",
                    ),
                ),
                ("invited", models.PositiveIntegerField(default=0, verbose_name="invited")),
                ("delivered", models.PositiveIntegerField(default=0, verbose_name="delivered")),
                ("started", models.PositiveIntegerField(default=0, verbose_name="started")),
                ("finished", models.PositiveIntegerField(default=0, verbose_name="finished")),
                ("link_started", models.PositiveIntegerField(default=0, verbose_name="started by link")),
                ("link_finished", models.PositiveIntegerField(default=0, verbose_name="finished by link")),
            ],
            options={
                "verbose_name": "roll-up of invitations",
                "verbose_name_plural": "roll-ups of invitations",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("on", "version", "touchpoint_key", "channel"), name="traffic_counted_once_per_bucket"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CommentRollup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="day")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="surveys.surveyversion",
                        verbose_name="version",
                    ),
                ),
                ("touchpoint_key", models.BigIntegerField(default=0, verbose_name="touchpoint")),
                ("channel", models.CharField(max_length=8, verbose_name="channel")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="surveys.survey",
                        verbose_name="survey",
                    ),
                ),
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
                "indexes": [models.Index(fields=["about", "on"], name="comments_by_subject_and_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("on", "version", "touchpoint_key", "channel", "standing", "about", "subject"),
                        name="comments_counted_once_per_subject",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DirtyBucket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="day")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="surveys.surveyversion",
                        verbose_name="version",
                    ),
                ),
                ("touchpoint_key", models.BigIntegerField(default=0, verbose_name="touchpoint")),
                ("channel", models.CharField(max_length=8, verbose_name="channel")),
                ("marked_at", models.DateTimeField(verbose_name="marked at")),
            ],
            options={
                "verbose_name": "bucket to count again",
                "verbose_name_plural": "buckets to count again",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("on", "version", "touchpoint_key", "channel"), name="bucket_marked_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Recount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("checked_at", models.DateTimeField(verbose_name="checked at")),
                ("first_on", models.DateField(verbose_name="from")),
                ("last_on", models.DateField(verbose_name="to")),
                ("buckets", models.PositiveIntegerField(verbose_name="buckets checked")),
                ("wrong", models.PositiveIntegerField(verbose_name="buckets that were wrong")),
            ],
            options={
                "verbose_name": "recount",
                "verbose_name_plural": "recounts",
                "ordering": ["-checked_at"],
            },
        ),
        migrations.CreateModel(
            name="ControlReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("metric", models.SlugField(verbose_name="metric")),
                ("touchpoint_key", models.BigIntegerField(default=0, verbose_name="touchpoint")),
                ("first_on", models.DateField(verbose_name="first day")),
                ("last_on", models.DateField(verbose_name="last day")),
                ("value", models.FloatField(verbose_name="value")),
                ("n", models.PositiveIntegerField(verbose_name="n")),
                ("centre", models.FloatField(verbose_name="own level")),
                ("watch_low", models.FloatField(verbose_name="watch below")),
                ("watch_high", models.FloatField(verbose_name="watch above")),
                ("act_low", models.FloatField(verbose_name="act below")),
                ("act_high", models.FloatField(verbose_name="act above")),
                ("windows", models.PositiveSmallIntegerField(verbose_name="windows of history")),
                ("p_value", models.FloatField(verbose_name="p")),
                ("adjusted_p", models.FloatField(verbose_name="p over all tests of the run")),
                ("is_outside", models.BooleanField(verbose_name="outside the act limits")),
                ("judged_at", models.DateTimeField(verbose_name="judged at")),
            ],
            options={
                "verbose_name": "control reading",
                "verbose_name_plural": "control readings",
                "ordering": ["-last_on", "metric", "touchpoint_key"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("metric", "touchpoint_key", "last_on"), name="window_judged_once_per_metric_and_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_on__gte", models.F("first_on"))), name="window_ends_after_it_began"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(
                        choices=[("level", "left its own level"), ("threshold", "past the line to act")],
                        max_length=10,
                        verbose_name="reason",
                    ),
                ),
                ("metric", models.SlugField(verbose_name="metric")),
                ("touchpoint_key", models.BigIntegerField(default=0, verbose_name="touchpoint")),
                (
                    "side",
                    models.CharField(choices=[("low", "below"), ("high", "above")], max_length=4, verbose_name="side"),
                ),
                ("first_on", models.DateField(verbose_name="since")),
                ("last_on", models.DateField(verbose_name="last window seen")),
                ("value", models.FloatField(verbose_name="value")),
                ("n", models.PositiveIntegerField(verbose_name="n")),
                ("low", models.FloatField(null=True, verbose_name="lower limit")),
                ("high", models.FloatField(null=True, verbose_name="upper limit")),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
            ],
            options={
                "verbose_name": "alert",
                "verbose_name_plural": "alerts",
                "ordering": ["-opened_at", "-pk"],
                "indexes": [models.Index(fields=["metric", "touchpoint_key", "-opened_at"], name="alert_by_place")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("metric", "touchpoint_key", "reason"),
                        name="alert_open_once_per_metric_place_and_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Investigation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "alert",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="investigation",
                        to="feedback.alert",
                        verbose_name="alert",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "nobody has looked yet"),
                            ("working", "being looked into"),
                            ("closed", "closed"),
                        ],
                        default="new",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="investigations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="surveys.team",
                        verbose_name="team",
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("real", "real, and dealt with"),
                            ("new_level", "the new normal"),
                            ("artefact", "an artefact of asking"),
                            ("chance", "chance"),
                            ("settled", "came back by itself"),
                        ],
                        max_length=10,
                        verbose_name="verdict",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
            ],
            options={
                "verbose_name": "investigation",
                "verbose_name_plural": "investigations",
                "ordering": ["-created_at", "-pk"],
                "permissions": [("work_investigation", "Can take up, note and close investigations")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "closed"), _negated=True),
                            models.Q(("verdict", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="investigation_closes_with_a_verdict",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InvestigationEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "investigation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="feedback.investigation",
                        verbose_name="investigation",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("opened", "opened"),
                            ("taken", "taken up"),
                            ("note", "note"),
                            ("evidence", "evidence"),
                            ("closed", "closed"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="text")),
                ("link", models.CharField(blank=True, max_length=500, verbose_name="link")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("happened_at", models.DateTimeField(verbose_name="when")),
            ],
            options={
                "verbose_name": "entry",
                "verbose_name_plural": "entries",
                "ordering": ["happened_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="AlarmRate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measured_at", models.DateTimeField(verbose_name="measured at")),
                ("series", models.PositiveIntegerField(verbose_name="series")),
                ("windows", models.PositiveIntegerField(verbose_name="windows judged")),
                ("outside", models.PositiveIntegerField(verbose_name="outside the act limits")),
                ("alarms", models.PositiveIntegerField(verbose_name="false alarms")),
                ("shuffles", models.PositiveIntegerField(verbose_name="shuffles")),
                ("seed", models.BigIntegerField(verbose_name="seed")),
            ],
            options={
                "verbose_name": "false alarm rate",
                "verbose_name_plural": "false alarm rates",
                "ordering": ["-measured_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("alarms__lte", models.F("windows")), ("outside__lte", models.F("windows"))),
                        name="no_more_alarms_than_windows",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScoringBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("response_ids", models.JSONField(verbose_name="responses")),
                ("taken_at", models.DateTimeField(verbose_name="taken at")),
            ],
            options={
                "verbose_name": "batch being scored",
                "verbose_name_plural": "batches being scored",
            },
        ),
        migrations.CreateModel(
            name="LoggedChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("price", "price"),
                            ("release", "release"),
                            ("outage", "outage"),
                            ("promotion", "promotion"),
                            ("wording", "wording"),
                            ("other", "something else"),
                        ],
                        default="release",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                (
                    "until_on",
                    models.DateField(
                        blank=True, help_text="Empty: a moment, not a stretch.", null=True, verbose_name="until"
                    ),
                ),
                ("text", models.CharField(max_length=200, verbose_name="what changed")),
                (
                    "touchpoint",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: everywhere.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="changes",
                        to="surveys.touchpoint",
                        verbose_name="touchpoint",
                    ),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
            ],
            options={
                "verbose_name": "change",
                "verbose_name_plural": "changes",
                "ordering": ["-on", "-pk"],
                "indexes": [models.Index(fields=["on"], name="change_by_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="change_says_what_changed"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until_on", None), ("until_on__gte", models.F("on")), _connector="OR"),
                        name="change_ends_after_it_began",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChurnDefinition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "kind",
                    models.CharField(
                        choices=[("silence", "no event for some days"), ("event", "an event at a touchpoint says so")],
                        default="silence",
                        max_length=8,
                        verbose_name="a customer has left when",
                    ),
                ),
                (
                    "silence_days",
                    models.PositiveSmallIntegerField(
                        default=90,
                        validators=[
                            django.core.validators.MinValueValidator(7),
                            django.core.validators.MaxValueValidator(730),
                        ],
                        verbose_name="days without any event",
                    ),
                ),
                (
                    "touchpoint",
                    models.ForeignKey(
                        blank=True,
                        help_text="Such as a cancellation. Only for leaving by an event.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="surveys.touchpoint",
                        verbose_name="touchpoint of leaving",
                    ),
                ),
                (
                    "horizon_days",
                    models.PositiveSmallIntegerField(
                        default=90,
                        help_text="The risk is that of leaving within so many days. By silence it is the days of silence.",
                        validators=[
                            django.core.validators.MinValueValidator(7),
                            django.core.validators.MaxValueValidator(730),
                        ],
                        verbose_name="look ahead (days)",
                    ),
                ),
                (
                    "capacity",
                    models.PositiveSmallIntegerField(
                        default=50,
                        help_text="How many of the list are looked after at a time. Precision is stated for so many.",
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="customers that staff can call",
                    ),
                ),
                (
                    "health_target",
                    models.PositiveSmallIntegerField(
                        default=70,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="target of the health score",
                    ),
                ),
            ],
            options={
                "verbose_name": "meaning of leaving",
                "verbose_name_plural": "meaning of leaving",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="leaving_has_one_meaning"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "event"), _negated=True), ("touchpoint__isnull", False), _connector="OR"
                        ),
                        name="leaving_by_event_names_its_touchpoint",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChurnModel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fitted_at", models.DateTimeField(verbose_name="fitted at")),
                ("definition", models.JSONField(verbose_name="meaning of leaving")),
                ("cutoff_at", models.DateTimeField(verbose_name="known until")),
                ("seed", models.PositiveIntegerField(verbose_name="seed")),
                ("n", models.PositiveIntegerField(verbose_name="customers")),
                ("leavers", models.PositiveIntegerField(verbose_name="left")),
                ("is_useful", models.BooleanField(default=False, verbose_name="beats the base rate")),
                ("reason", models.CharField(blank=True, max_length=20, verbose_name="why not")),
                ("result", models.JSONField(default=dict, verbose_name="result")),
            ],
            options={
                "verbose_name": "risk model",
                "verbose_name_plural": "risk models",
                "ordering": ["-fitted_at", "-pk"],
                "get_latest_by": "fitted_at",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("is_useful", False), ("reason", ""), _connector="OR"),
                        name="a_useful_risk_model_has_no_excuse",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomerProfile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="profile",
                        to="surveys.customer",
                        verbose_name="customer",
                    ),
                ),
                ("first_event_at", models.DateTimeField(blank=True, null=True, verbose_name="first event")),
                ("last_event_at", models.DateTimeField(blank=True, null=True, verbose_name="last event")),
                ("events_year", models.PositiveIntegerField(default=0, verbose_name="events in a year")),
                ("usual_gap_days", models.FloatField(blank=True, null=True, verbose_name="usual days between events")),
                (
                    "silent_days",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="days without an event"),
                ),
                ("answers_year", models.PositiveIntegerField(default=0, verbose_name="answers in a year")),
                ("last_score", models.FloatField(blank=True, null=True, verbose_name="last score, 0 to 100")),
                ("last_answer_at", models.DateTimeField(blank=True, null=True, verbose_name="last answer")),
                ("recency", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="recency, 1 to 5")),
                (
                    "frequency",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="frequency, 1 to 5"),
                ),
                ("monetary", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="value, 1 to 5")),
                (
                    "health",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="health, 0 to 100",
                    ),
                ),
                ("health_parts", models.JSONField(blank=True, default=dict, verbose_name="parts of health")),
                ("signs", models.JSONField(blank=True, default=list, verbose_name="signs of leaving")),
                ("signs_count", models.PositiveSmallIntegerField(default=0, verbose_name="number of signs")),
                ("risk", models.FloatField(blank=True, null=True, verbose_name="risk of leaving, 0 to 1")),
                ("left_at", models.DateTimeField(blank=True, null=True, verbose_name="left at")),
                ("counted_at", models.DateTimeField(verbose_name="counted at")),
            ],
            options={
                "verbose_name": "customer profile",
                "verbose_name_plural": "customer profiles",
                "indexes": [
                    models.Index(fields=["-risk", "-signs_count", "-id"], name="profile_by_risk"),
                    models.Index(fields=["-signs_count", "-id"], name="profile_by_signs"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("health__isnull", True), ("health__range", (0, 100)), _connector="OR"),
                        name="health_lies_between_0_and_100",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("risk__isnull", True), ("risk__range", (0, 1)), _connector="OR"),
                        name="risk_lies_between_0_and_1",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HealthSnapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="health_history",
                        to="surveys.customer",
                        verbose_name="customer",
                    ),
                ),
                ("month_on", models.DateField(verbose_name="month")),
                ("health", models.FloatField(verbose_name="health, 0 to 100")),
                ("parts", models.JSONField(default=dict, verbose_name="parts of health")),
                ("counted_at", models.DateTimeField(verbose_name="counted at")),
                ("frozen_at", models.DateTimeField(blank=True, null=True, verbose_name="frozen at")),
            ],
            options={
                "verbose_name": "health of a month",
                "verbose_name_plural": "health by month",
                "ordering": ["-month_on"],
                "indexes": [models.Index(fields=["month_on"], name="health_by_month")],
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "month_on"), name="one_health_per_customer_and_month"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("frozen_at__isnull", True), ("frozen_at__gte", models.F("counted_at")), _connector="OR"
                        ),
                        name="health_is_frozen_after_it_was_counted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DigestPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="digest_plans",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recipient",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "rhythm",
                    models.CharField(
                        choices=[("weekly", "every week"), ("monthly", "every month")],
                        default="weekly",
                        max_length=8,
                        verbose_name="how often",
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        default=0,
                        verbose_name="day of the week",
                    ),
                ),
                (
                    "day_of_month",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(28),
                        ],
                        verbose_name="day of the month",
                    ),
                ),
                (
                    "hour",
                    models.PositiveSmallIntegerField(
                        default=8, validators=[django.core.validators.MaxValueValidator(23)], verbose_name="hour"
                    ),
                ),
                ("time_zone", models.CharField(max_length=64, verbose_name="time zone")),
                (
                    "query",
                    models.CharField(
                        blank=True, help_text="As in an address, without days.", max_length=1000, verbose_name="filters"
                    ),
                ),
                ("has_pdf", models.BooleanField(default=True, verbose_name="with a PDF")),
                ("is_on", models.BooleanField(default=True, verbose_name="on")),
                ("next_at", models.DateTimeField(verbose_name="next at")),
            ],
            options={
                "verbose_name": "digest plan",
                "verbose_name_plural": "digest plans",
                "ordering": ["name", "pk"],
                "indexes": [models.Index(fields=["is_on", "next_at"], name="digest_plan_by_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("day_of_month__gte", 1), ("day_of_month__lte", 28), ("hour__lte", 23), ("weekday__lte", 6)
                        ),
                        name="digest_falls_on_a_real_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "waiting to be sent"),
                            ("sending", "being sent"),
                            ("sent", "sent"),
                            ("failed", "failed"),
                            ("unknown", "perhaps sent"),
                            ("dropped", "not sent on purpose"),
                        ],
                        default="queued",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="due at")),
                (
                    "leased_until",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="leased until"),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                ("last_error", models.CharField(blank=True, max_length=500, verbose_name="last error")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="updated at"),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="digests",
                        to="feedback.digestplan",
                        verbose_name="plan",
                    ),
                ),
                ("first_on", models.DateField(verbose_name="from")),
                ("last_on", models.DateField(verbose_name="to")),
            ],
            options={
                "verbose_name": "digest",
                "verbose_name_plural": "digests",
                "ordering": ["-created_at", "-pk"],
                "abstract": False,
                "indexes": [models.Index(fields=["status", "due_at"], name="digest_by_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "sent"), _negated=True), ("sent_at__isnull", False), _connector="OR"
                        ),
                        name="feedback_digest_sent_has_a_time",
                    ),
                    models.UniqueConstraint(
                        fields=("plan", "first_on", "last_on"), name="digest_once_per_plan_and_period"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_on__gte", models.F("first_on"))), name="digest_period_has_days"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "code",
                    models.CharField(
                        default=vocplatform.lib.models.public_code,
                        editable=False,
                        max_length=16,
                        unique=True,
                        verbose_name="code",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("responses", "responses"), ("figures", "figures")],
                        max_length=10,
                        verbose_name="about",
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[("csv", "CSV"), ("xlsx", "Excel"), ("parquet", "Parquet")],
                        max_length=8,
                        verbose_name="format",
                    ),
                ),
                (
                    "query",
                    models.CharField(
                        blank=True, help_text="As in an address.", max_length=1000, verbose_name="filters"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exports",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting for a worker"),
                            ("running", "being written"),
                            ("ready", "ready"),
                            ("failed", "failed"),
                            ("removed", "removed"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("rows_done", models.PositiveIntegerField(default=0, verbose_name="rows written")),
                ("rows_expected", models.PositiveIntegerField(default=0, verbose_name="rows expected")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "leased_until",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="leased until"),
                ),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="kept until")),
                ("size_bytes", models.PositiveBigIntegerField(default=0, verbose_name="size in bytes")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="what happened")),
            ],
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "ordering": ["-created_at", "-pk"],
                "indexes": [models.Index(fields=["status", "leased_until"], name="export_by_lease")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "ready"), _negated=True),
                            models.Q(("expires_at__gt", models.F("finished_at")), ("finished_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="ready_export_has_an_end",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FactRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "touchpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fact_rules",
                        to="surveys.touchpoint",
                        verbose_name="touchpoint",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("purchase", "purchase (amount)"),
                            ("cancel", "customer cancelled"),
                            ("referral", "customer referred somebody"),
                            ("contact_resolved", "contact resolved (at first contact: yes or no)"),
                            ("first_response", "first response (seconds waited)"),
                            ("contact_answered", "contact answered (seconds waited in line)"),
                            ("contact_lost", "contact given up while waiting in line"),
                            ("contact_handled", "contact finished (seconds of handling)"),
                            ("process_started", "process started"),
                            ("process_finished", "process finished"),
                            ("process_abandoned", "process given up"),
                            ("cart_started", "cart started"),
                            ("cart_abandoned", "cart left"),
                            ("bounce", "page left without a further step (seconds stayed)"),
                            ("at_risk", "customer found to be at risk"),
                            ("save_offer", "offer made to keep the customer"),
                        ],
                        max_length=20,
                        verbose_name="means",
                    ),
                ),
                (
                    "value_property",
                    models.CharField(
                        blank=True,
                        help_text="For purchases the amount, for waiting, handling and staying the seconds, for resolved contacts yes or no.",
                        max_length=80,
                        verbose_name="property with the value",
                    ),
                ),
                (
                    "when_property",
                    models.CharField(
                        blank=True,
                        help_text="Empty: every event of the touchpoint.",
                        max_length=80,
                        verbose_name="only where the property",
                    ),
                ),
                ("when_value", models.CharField(blank=True, max_length=80, verbose_name="is")),
                (
                    "run_property",
                    models.CharField(
                        blank=True,
                        help_text="A process or cart number that start and end share. Empty: the customer.",
                        max_length=80,
                        verbose_name="property that names the run",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("last_event_id", models.BigIntegerField(default=0, editable=False, verbose_name="read up to event")),
                (
                    "unreadable",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="events without a usable value"
                    ),
                ),
            ],
            options={
                "verbose_name": "meaning of events",
                "verbose_name_plural": "meanings of events",
                "ordering": ["touchpoint", "kind", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "kind__in",
                                    [
                                        "purchase",
                                        "first_response",
                                        "contact_answered",
                                        "contact_handled",
                                        "bounce",
                                        "contact_resolved",
                                    ],
                                ),
                                _negated=True,
                            ),
                            models.Q(("value_property", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="fact_rule_names_the_property_it_needs",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("when_value", ""), models.Q(("when_property", ""), _negated=True), _connector="OR"
                        ),
                        name="fact_rule_compares_a_named_property",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Fact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="facts",
                        to="feedback.factrule",
                        verbose_name="rule",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="facts",
                        to="surveys.touchpointevent",
                        verbose_name="event",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("purchase", "purchase (amount)"),
                            ("cancel", "customer cancelled"),
                            ("referral", "customer referred somebody"),
                            ("contact_resolved", "contact resolved (at first contact: yes or no)"),
                            ("first_response", "first response (seconds waited)"),
                            ("contact_answered", "contact answered (seconds waited in line)"),
                            ("contact_lost", "contact given up while waiting in line"),
                            ("contact_handled", "contact finished (seconds of handling)"),
                            ("process_started", "process started"),
                            ("process_finished", "process finished"),
                            ("process_abandoned", "process given up"),
                            ("cart_started", "cart started"),
                            ("cart_abandoned", "cart left"),
                            ("bounce", "page left without a further step (seconds stayed)"),
                            ("at_risk", "customer found to be at risk"),
                            ("save_offer", "offer made to keep the customer"),
                        ],
                        max_length=20,
                        verbose_name="means",
                    ),
                ),
                (
                    "touchpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="facts",
                        to="surveys.touchpoint",
                        verbose_name="touchpoint",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="facts",
                        to="surveys.customer",
                        verbose_name="customer",
                    ),
                ),
                ("occurred_at", models.DateTimeField(verbose_name="happened at")),
                ("number", models.FloatField(null=True, verbose_name="value")),
                ("yes", models.BooleanField(null=True, verbose_name="yes")),
                ("run", models.CharField(blank=True, max_length=120, verbose_name="run")),
            ],
            options={
                "verbose_name": "fact",
                "verbose_name_plural": "facts",
                "ordering": ["-occurred_at", "-pk"],
                "indexes": [
                    models.Index(fields=["kind", "-occurred_at"], name="fact_by_kind"),
                    models.Index(fields=["touchpoint", "kind", "-occurred_at"], name="fact_by_touchpoint"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("event", "rule"), name="fact_once_per_event_and_rule"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "kind__in",
                                    ("purchase", "first_response", "contact_answered", "contact_handled", "bounce"),
                                ),
                                _negated=True,
                            ),
                            models.Q(("number__gte", 0), ("number__isnull", False)),
                            _connector="OR",
                        ),
                        name="fact_has_its_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ("contact_resolved",)), _negated=True),
                            ("yes__isnull", False),
                            _connector="OR",
                        ),
                        name="fact_has_its_yes_or_no",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=vocplatform.lib.models.public_code,
                        editable=False,
                        max_length=16,
                        unique=True,
                        verbose_name="code",
                    ),
                ),
                ("metric_key", models.CharField(max_length=20, verbose_name="measure")),
                ("formula_version", models.CharField(max_length=16, verbose_name="version of the formula")),
                (
                    "query",
                    models.CharField(
                        help_text="As in an address, with fixed days.", max_length=1000, verbose_name="filters"
                    ),
                ),
                ("rows_until_at", models.DateTimeField(verbose_name="rows submitted until")),
                (
                    "last_response",
                    models.BigIntegerField(
                        help_text="Rows written later do not belong to it.", verbose_name="last response"
                    ),
                ),
                ("state", models.CharField(max_length=12, verbose_name="state")),
                ("value", models.FloatField(blank=True, null=True, verbose_name="value")),
                ("n", models.PositiveIntegerField(blank=True, null=True, verbose_name="n")),
                ("low", models.FloatField(blank=True, null=True, verbose_name="lower end")),
                ("high", models.FloatField(blank=True, null=True, verbose_name="upper end")),
                ("unit", models.CharField(max_length=8, verbose_name="unit")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                (
                    "kept_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="kept by",
                    ),
                ),
                ("kept_at", models.DateTimeField(verbose_name="kept at")),
            ],
            options={
                "verbose_name": "kept figure",
                "verbose_name_plural": "kept figures",
                "ordering": ["-kept_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "known"), _negated=True),
                            models.Q(("n__isnull", False), ("value__isnull", False)),
                            _connector="OR",
                        ),
                        name="known_figure_has_value_and_n",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("high__isnull", True), ("low__isnull", True)),
                            models.Q(("high__isnull", False), ("low__isnull", False)),
                            _connector="OR",
                        ),
                        name="kept_interval_has_both_ends",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MetricDefinition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("key", models.SlugField(unique=True, verbose_name="key")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("purpose", models.CharField(blank=True, max_length=300, verbose_name="purpose")),
                ("formula", models.CharField(blank=True, max_length=300, verbose_name="formula")),
                ("formula_version", models.PositiveSmallIntegerField(default=1, verbose_name="version of the formula")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            (feedback.metrics.figure.Unit["POINTS"], "points"),
                            (feedback.metrics.figure.Unit["PERCENT"], "percent"),
                            (feedback.metrics.figure.Unit["SCORE"], "score"),
                            (feedback.metrics.figure.Unit["HOURS"], "hours"),
                            (feedback.metrics.figure.Unit["SECONDS"], "seconds"),
                            (feedback.metrics.figure.Unit["MONEY"], "money"),
                        ],
                        max_length=8,
                        verbose_name="unit",
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[
                            (feedback.metrics.catalogue.Direction["UP"], "high is good"),
                            (feedback.metrics.catalogue.Direction["DOWN"], "low is good"),
                        ],
                        default=feedback.metrics.catalogue.Direction["UP"],
                        max_length=4,
                        verbose_name="direction",
                    ),
                ),
                (
                    "target",
                    models.FloatField(
                        blank=True, help_text="From here on it is met.", null=True, verbose_name="target"
                    ),
                ),
                (
                    "watch_at",
                    models.FloatField(
                        blank=True,
                        help_text="Past this it is watched. Empty: past the target.",
                        null=True,
                        verbose_name="watch past",
                    ),
                ),
                (
                    "act_at",
                    models.FloatField(
                        blank=True,
                        help_text="When the whole interval lies past this in two windows in a row, an investigation is opened.",
                        null=True,
                        verbose_name="act past",
                    ),
                ),
                ("benchmark_low", models.FloatField(blank=True, null=True, verbose_name="usual from")),
                ("benchmark_high", models.FloatField(blank=True, null=True, verbose_name="usual to")),
                (
                    "cadence",
                    models.CharField(
                        choices=[
                            (feedback.metrics.catalogue.Cadence["EACH"], "after each contact"),
                            (feedback.metrics.catalogue.Cadence["WEEK"], "weekly"),
                            (feedback.metrics.catalogue.Cadence["MONTH"], "monthly"),
                            (feedback.metrics.catalogue.Cadence["QUARTER"], "quarterly"),
                        ],
                        default=feedback.metrics.catalogue.Cadence["MONTH"],
                        max_length=8,
                        verbose_name="looked at",
                    ),
                ),
                (
                    "minimum_n",
                    models.PositiveIntegerField(
                        default=10,
                        help_text="With fewer than this the platform says that it cannot tell, and never alerts.",
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="minimum n",
                    ),
                ),
                (
                    "window_days",
                    models.PositiveSmallIntegerField(
                        default=7,
                        help_text="Alerts compare windows of this length. Whole weeks keep weekdays from looking like news.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(92),
                        ],
                        verbose_name="days in a window",
                    ),
                ),
                (
                    "assumption",
                    models.FloatField(
                        blank=True,
                        help_text="What the formula needs and nobody measures: for the lifetime value the margin in percent, for the service level the seconds within which a contact should be answered.",
                        null=True,
                        verbose_name="assumption",
                    ),
                ),
                (
                    "watches_touchpoints",
                    models.BooleanField(
                        default=True,
                        help_text="Only metrics made from answers are known per touchpoint.",
                        verbose_name="alerts per touchpoint",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="shown")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "metric",
                "verbose_name_plural": "metrics",
                "ordering": ["position", "key"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("minimum_n__gte", 1)), name="metric_needs_at_least_one"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("act_at", None),
                            ("target", None),
                            models.Q(
                                ("act_at__lte", models.F("target")),
                                ("direction", feedback.metrics.catalogue.Direction["UP"]),
                            ),
                            models.Q(
                                ("act_at__gte", models.F("target")),
                                ("direction", feedback.metrics.catalogue.Direction["DOWN"]),
                            ),
                            _connector="OR",
                        ),
                        name="metric_acts_on_the_bad_side_of_its_target",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("benchmark_low", None),
                            ("benchmark_high", None),
                            ("benchmark_low__lte", models.F("benchmark_high")),
                            _connector="OR",
                        ),
                        name="metric_usual_range_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Benchmark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "metric",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="benchmarks",
                        to="feedback.metricdefinition",
                        verbose_name="metric",
                    ),
                ),
                ("value", models.FloatField(verbose_name="value")),
                (
                    "n",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty: then it has no interval.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="n",
                    ),
                ),
                (
                    "standard_deviation",
                    models.FloatField(
                        blank=True,
                        help_text="For means; without it only shares and net scores get an interval.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="standard deviation",
                    ),
                ),
                (
                    "source",
                    models.CharField(help_text="Who says so, and about whom.", max_length=200, verbose_name="source"),
                ),
                ("source_url", models.URLField(blank=True, verbose_name="address of the source")),
                ("published_on", models.DateField(verbose_name="as of")),
            ],
            options={
                "verbose_name": "benchmark",
                "verbose_name_plural": "benchmarks",
                "ordering": ["metric", "-published_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("n", None), ("n__gte", 1), _connector="OR"),
                        name="benchmark_n_counts_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True), name="benchmark_says_who_says_so"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Response",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "survey",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="responses",
                        to="surveys.survey",
                        verbose_name="survey",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="responses",
                        to="surveys.surveyversion",
                        verbose_name="survey version",
                    ),
                ),
                (
                    "invitation",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="response",
                        to="surveys.invitation",
                        verbose_name="invitation",
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="responses",
                        to="surveys.collectionlink",
                        verbose_name="link",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="responses",
                        to="surveys.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "touchpoint",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="responses",
                        to="surveys.touchpoint",
                        verbose_name="touchpoint",
                    ),
                ),
                ("submission_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "source_type",
                    models.CharField(
                        choices=[
                            ("survey", "survey"),
                            ("import", "import"),
                            ("api", "API"),
                            ("social", "social media"),
                            ("interview", "interview"),
                        ],
                        default="survey",
                        max_length=10,
                        verbose_name="came by",
                    ),
                ),
                (
                    "external_ref",
                    models.CharField(blank=True, max_length=120, null=True, verbose_name="the sender's id"),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "e-mail"),
                            ("sms", "SMS"),
                            ("link", "link"),
                            ("qr", "QR code"),
                            ("widget", "widget"),
                            ("api", "API"),
                            ("webhook", "own system (webhook)"),
                        ],
                        default="link",
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                ("locale", models.CharField(blank=True, max_length=12, verbose_name="language")),
                ("started_at", models.DateTimeField(verbose_name="started at")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="submitted at")),
                ("edited_at", models.DateTimeField(blank=True, null=True, verbose_name="changed at")),
                ("seconds_taken", models.PositiveIntegerField(blank=True, null=True, verbose_name="seconds taken")),
                ("flags", models.JSONField(blank=True, default=list, verbose_name="remarks on quality")),
                ("is_flagged", models.BooleanField(default=False, verbose_name="left out of figures")),
                ("is_test", models.BooleanField(default=False, verbose_name="test")),
                ("scored_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="scored at")),
                ("triaged_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="triaged at")),
                ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("parked_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="set aside at")),
                ("last_error", models.CharField(blank=True, editable=False, max_length=200, verbose_name="last error")),
                (
                    "themed_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="searched for themes at"),
                ),
            ],
            options={
                "verbose_name": "response",
                "verbose_name_plural": "responses",
                "ordering": ["-submitted_at", "-pk"],
                "permissions": [("export_response", "Can export responses")],
                "indexes": [
                    models.Index(fields=["-submitted_at", "-id"], name="response_newest_first"),
                    models.Index(fields=["touchpoint", "-submitted_at"], name="response_by_touchpoint"),
                    models.Index(fields=["survey", "-submitted_at"], name="response_by_survey"),
                    models.Index(
                        condition=models.Q(("link__isnull", False)), fields=["started_at"], name="response_by_link_day"
                    ),
                    models.Index(
                        condition=models.Q(("scored_at__isnull", True), ("submitted_at__isnull", False)),
                        fields=["submitted_at"],
                        name="response_unscored",
                    ),
                    models.Index(
                        condition=models.Q(("scored_at__isnull", False), ("triaged_at__isnull", True)),
                        fields=["scored_at"],
                        name="response_untriaged",
                    ),
                    models.Index(
                        condition=models.Q(("parked_at__isnull", False)), fields=["parked_at"], name="response_parked"
                    ),
                    models.Index(
                        condition=models.Q(("scored_at__isnull", False)),
                        fields=["themed_at"],
                        name="response_by_search_for_themes",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source_type", "external_ref"), name="response_once_per_senders_id"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("submitted_at__isnull", True),
                            ("submitted_at__gte", models.F("started_at")),
                            _connector="OR",
                        ),
                        name="response_ends_after_it_starts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "response",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="feedback.response",
                        verbose_name="response",
                    ),
                ),
                ("question_key", models.CharField(max_length=40, verbose_name="question")),
                ("kind", models.CharField(max_length=8, verbose_name="kind")),
                ("number", models.SmallIntegerField(blank=True, null=True, verbose_name="number")),
                ("text", models.TextField(blank=True, null=True, verbose_name="text")),
                ("choices", models.JSONField(blank=True, null=True, verbose_name="choices")),
            ],
            options={
                "verbose_name": "answer",
                "verbose_name_plural": "answers",
                "ordering": ["pk"],
                "indexes": [
                    vocplatform.lib.indexes.ContainsIndex(
                        condition=models.Q(("kind", "text")), fields=["text"], name="answer_by_its_words"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("response", "question_key"), name="answer_once_per_question"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("number__isnull", False),
                            ("text__isnull", False),
                            ("choices__isnull", False),
                            _connector="OR",
                        ),
                        name="answer_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "answer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to="feedback.answer",
                        verbose_name="answer",
                    ),
                ),
                ("engine", models.CharField(max_length=40, verbose_name="engine")),
                ("engine_version", models.CharField(max_length=40, verbose_name="engine version")),
                ("is_current", models.BooleanField(default=True, verbose_name="current")),
                (
                    "status",
                    models.CharField(
                        choices=[("scored", "scored"), ("not_scored", "not scored")],
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=60, verbose_name="reason")),
                ("language", models.CharField(blank=True, max_length=12, verbose_name="language")),
                (
                    "compound",
                    models.FloatField(
                        blank=True, help_text="From -1 (bad) to 1 (good).", null=True, verbose_name="compound"
                    ),
                ),
                ("p_negative", models.FloatField(blank=True, null=True, verbose_name="probability of negative")),
                ("p_positive", models.FloatField(blank=True, null=True, verbose_name="probability of positive")),
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
                (
                    "intent",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("response_needed", "response needed"),
                            ("suggestion", "suggestion"),
                            ("praise", "praise"),
                            ("other", "other"),
                        ],
                        max_length=16,
                        verbose_name="what it asks of us",
                    ),
                ),
                (
                    "flags",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="For example sarcasm, or a score that says the opposite.",
                        verbose_name="remarks",
                    ),
                ),
                (
                    "conflict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("comment_is_worse", "comment worse than its score"),
                            ("comment_is_better", "comment better than its score"),
                        ],
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="against the score",
                    ),
                ),
                ("spans", models.JSONField(blank=True, default=list, verbose_name="the words that decided")),
                ("scored_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="read at")),
            ],
            options={
                "verbose_name": "reading",
                "verbose_name_plural": "readings",
                "ordering": ["answer", "-is_current", "-scored_at"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_current", True), models.Q(("conflict", ""), _negated=True)),
                        fields=["answer"],
                        name="reading_against_its_score",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("answer", "engine", "engine_version"), name="reading_once_per_engine_version"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True)), fields=("answer",), name="one_reading_is_current"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("compound__isnull", False),
                                ("status", "scored"),
                                models.Q(("label", ""), _negated=True),
                            ),
                            models.Q(("compound__isnull", True), ("label", ""), ("status", "not_scored")),
                            _connector="OR",
                        ),
                        name="unscored_comment_has_no_label",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="feedback.answer",
                        verbose_name="answer",
                    ),
                ),
                (
                    "reading",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="corrections",
                        to="feedback.reading",
                        verbose_name="reading",
                    ),
                ),
                (
                    "label",
                    models.CharField(
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
                (
                    "conflict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("comment_is_worse", "comment worse than its score"),
                            ("comment_is_better", "comment better than its score"),
                        ],
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="against the score",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                (
                    "corrected_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="corrected by",
                    ),
                ),
                ("corrected_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="corrected at")),
                (
                    "lapsed_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When somebody took it back, or the customer wrote something else.",
                        null=True,
                        verbose_name="no longer in force since",
                    ),
                ),
                (
                    "lapsed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken back by",
                    ),
                ),
            ],
            options={
                "verbose_name": "correction",
                "verbose_name_plural": "corrections",
                "ordering": ["-corrected_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("lapsed_by__isnull", True), ("lapsed_at__isnull", False), _connector="OR"),
                        name="correction_taken_back_has_lapsed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SetAsideAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="set_aside",
                        to="feedback.response",
                        verbose_name="response",
                    ),
                ),
                ("question_key", models.CharField(max_length=100, verbose_name="question")),
                ("value", models.JSONField(verbose_name="value")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("hidden", "the question was not shown"),
                            ("unknown", "no such question"),
                            ("disputed", "sent after the first answer"),
                            ("withdrawn", "taken back by the customer"),
                        ],
                        max_length=10,
                        verbose_name="reason",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "answer set aside",
                "verbose_name_plural": "answers set aside",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="AnswerRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="feedback.answer",
                        verbose_name="answer",
                    ),
                ),
                ("previous", models.JSONField(verbose_name="said before")),
                ("changed_at", models.DateTimeField(verbose_name="changed at")),
            ],
            options={
                "verbose_name": "earlier wording of an answer",
                "verbose_name_plural": "earlier wordings of answers",
                "ordering": ["-changed_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="BlindSample",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_on", models.DateField(verbose_name="from")),
                ("last_on", models.DateField(verbose_name="to")),
                ("drawn_from", models.PositiveIntegerField(verbose_name="comments to draw from")),
                ("seed", models.PositiveIntegerField(verbose_name="seed")),
                (
                    "drawn_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="drawn by",
                    ),
                ),
                ("drawn_at", models.DateTimeField(verbose_name="drawn at")),
            ],
            options={
                "verbose_name": "blind sample",
                "verbose_name_plural": "blind samples",
                "ordering": ["-drawn_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="BlindLabel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sample",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="labels",
                        to="feedback.blindsample",
                        verbose_name="sample",
                    ),
                ),
                (
                    "answer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blind_label",
                        to="feedback.answer",
                        verbose_name="answer",
                    ),
                ),
                ("place", models.PositiveIntegerField(verbose_name="place")),
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
                (
                    "labelled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="labelled by",
                    ),
                ),
                ("labelled_at", models.DateTimeField(blank=True, null=True, verbose_name="labelled at")),
            ],
            options={
                "verbose_name": "blind label",
                "verbose_name_plural": "blind labels",
                "ordering": ["sample", "place"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("labelled_at__isnull", True)),
                        fields=["sample", "place"],
                        name="blind_label_still_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("sample", "place"), name="blind_sample_has_each_place_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("label", ""), ("labelled_at__isnull", True), ("labelled_by__isnull", True)),
                            models.Q(("labelled_at__isnull", False), ("labelled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="blind_label_has_its_person_and_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Segment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                (
                    "slug",
                    models.SlugField(
                        help_text="Filters name it by this word.", max_length=60, unique=True, verbose_name="short name"
                    ),
                ),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "is_persona",
                    models.BooleanField(
                        default=False,
                        help_text="Stands for a kind of person; say below what they need.",
                        verbose_name="persona",
                    ),
                ),
                ("functional_needs", models.TextField(blank=True, verbose_name="what they want to get done")),
                ("emotional_needs", models.TextField(blank=True, verbose_name="how they want to feel")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("members_count", models.PositiveIntegerField(default=0, editable=False, verbose_name="customers")),
                ("counted_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="counted at")),
            ],
            options={
                "verbose_name": "segment",
                "verbose_name_plural": "segments",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="SegmentRollup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="day")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="surveys.surveyversion",
                        verbose_name="version",
                    ),
                ),
                ("touchpoint_key", models.BigIntegerField(default=0, verbose_name="touchpoint")),
                ("channel", models.CharField(max_length=8, verbose_name="channel")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="surveys.survey",
                        verbose_name="survey",
                    ),
                ),
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
                ("question_key", models.CharField(blank=True, max_length=40, verbose_name="question")),
                ("kind", models.CharField(max_length=8, verbose_name="kind")),
                ("is_lead", models.BooleanField(default=False, verbose_name="first question of its kind")),
                ("is_opening", models.BooleanField(default=False, verbose_name="first scale of the survey")),
                ("is_anonymous", models.BooleanField(default=False, verbose_name="anonymous")),
                ("answers", models.PositiveIntegerField(verbose_name="number of answers")),
                ("bin_0", models.PositiveIntegerField(default=0)),
                ("bin_1", models.PositiveIntegerField(default=0)),
                ("bin_2", models.PositiveIntegerField(default=0)),
                ("bin_3", models.PositiveIntegerField(default=0)),
                ("bin_4", models.PositiveIntegerField(default=0)),
                ("bin_5", models.PositiveIntegerField(default=0)),
                ("bin_6", models.PositiveIntegerField(default=0)),
                ("bin_7", models.PositiveIntegerField(default=0)),
                ("bin_8", models.PositiveIntegerField(default=0)),
                ("bin_9", models.PositiveIntegerField(default=0)),
                ("bin_10", models.PositiveIntegerField(default=0)),
                (
                    "segment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="feedback.segment",
                        verbose_name="segment",
                    ),
                ),
            ],
            options={
                "verbose_name": "roll-up of a segment",
                "verbose_name_plural": "roll-ups of segments",
                "indexes": [models.Index(fields=["segment", "kind", "on"], name="segment_rollup_by_kind")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("segment", "on", "version", "touchpoint_key", "channel", "standing", "question_key"),
                        name="segment_counts_each_question_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SegmentTraffic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="day")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="surveys.surveyversion",
                        verbose_name="version",
                    ),
                ),
                ("touchpoint_key", models.BigIntegerField(default=0, verbose_name="touchpoint")),
                ("channel", models.CharField(max_length=8, verbose_name="channel")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="surveys.survey",
                        verbose_name="survey",
                    ),
                ),
                ("invited", models.PositiveIntegerField(default=0, verbose_name="invited")),
                ("delivered", models.PositiveIntegerField(default=0, verbose_name="delivered")),
                ("started", models.PositiveIntegerField(default=0, verbose_name="started")),
                ("finished", models.PositiveIntegerField(default=0, verbose_name="finished")),
                ("link_started", models.PositiveIntegerField(default=0, verbose_name="started by link")),
                ("link_finished", models.PositiveIntegerField(default=0, verbose_name="finished by link")),
                (
                    "segment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="feedback.segment",
                        verbose_name="segment",
                    ),
                ),
            ],
            options={
                "verbose_name": "roll-up of a segment's invitations",
                "verbose_name_plural": "roll-ups of segments' invitations",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("segment", "on", "version", "touchpoint_key", "channel"),
                        name="segment_traffic_once_per_bucket",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DriverStudy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="driver_studies",
                        to="surveys.surveyversion",
                        verbose_name="survey version",
                    ),
                ),
                ("outcome", models.CharField(max_length=40, verbose_name="outcome")),
                ("drivers", models.JSONField(verbose_name="drivers")),
                ("first_on", models.DateField(verbose_name="from")),
                ("last_on", models.DateField(verbose_name="to")),
                (
                    "segment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="feedback.segment",
                        verbose_name="segment",
                    ),
                ),
                ("seed", models.PositiveIntegerField(verbose_name="seed")),
                ("samples", models.PositiveIntegerField(default=1000, verbose_name="bootstrap samples")),
                ("formula_version", models.PositiveSmallIntegerField(verbose_name="version of the formulas")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "being computed"),
                            ("done", "done"),
                            ("refused", "not possible"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("begun_at", models.DateTimeField(blank=True, null=True, verbose_name="begun at")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done at")),
                (
                    "watermark",
                    models.BigIntegerField(blank=True, null=True, verbose_name="newest response that was known"),
                ),
                ("problem", models.CharField(blank=True, max_length=300, verbose_name="why it is not possible")),
                ("result", models.JSONField(blank=True, default=dict, verbose_name="result")),
            ],
            options={
                "verbose_name": "driver study",
                "verbose_name_plural": "driver studies",
                "ordering": ["-asked_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["done", "refused"]), _negated=True),
                        fields=["asked_at"],
                        name="driver_study_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_on__gte", models.F("first_on"))),
                        name="driver_study_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "refused"), _negated=True),
                            models.Q(("problem", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="refused_driver_study_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "done"), _negated=True),
                            models.Q(("done_at__isnull", False), ("watermark__isnull", False)),
                            _connector="OR",
                        ),
                        name="done_driver_study_knows_its_data",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SegmentCondition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "segment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conditions",
                        to="feedback.segment",
                        verbose_name="segment",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[("customer", "customer"), ("measured", "measured"), ("events", "number of events at")],
                        default="customer",
                        max_length=8,
                        verbose_name="of the",
                    ),
                ),
                ("field", models.CharField(max_length=80, verbose_name="field")),
                (
                    "operator",
                    models.CharField(
                        choices=[
                            ("is", "is"),
                            ("is_not", "is not"),
                            ("one_of", "is one of (comma separated)"),
                            ("contains", "contains"),
                            ("at_least", "is at least"),
                            ("at_most", "is at most"),
                            ("present", "is known"),
                            ("absent", "is not known"),
                        ],
                        default="is",
                        max_length=10,
                        verbose_name="condition",
                    ),
                ),
                ("value", models.CharField(blank=True, max_length=300, verbose_name="value")),
                (
                    "within_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="For events: the last so many days. Empty: ever.",
                        null=True,
                        verbose_name="within (days)",
                    ),
                ),
            ],
            options={
                "verbose_name": "condition",
                "verbose_name_plural": "conditions",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="SegmentMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "segment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="feedback.segment",
                        verbose_name="segment",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="surveys.customer",
                        verbose_name="customer",
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="since")),
            ],
            options={
                "verbose_name": "member of a segment",
                "verbose_name_plural": "members of segments",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("segment", "customer"), name="customer_once_per_segment")
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "code",
                    models.CharField(
                        default=vocplatform.lib.models.public_code,
                        editable=False,
                        max_length=16,
                        unique=True,
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "page",
                    models.CharField(
                        choices=[("dashboard", "dashboard"), ("responses", "responses"), ("journey_map", "journey")],
                        max_length=12,
                        verbose_name="page",
                    ),
                ),
                ("journey", models.SlugField(blank=True, verbose_name="journey")),
                ("query", models.CharField(blank=True, max_length=1000, verbose_name="filters")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                ("is_shared", models.BooleanField(default=False, verbose_name="shared with all who may read answers")),
                (
                    "first_for",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="auth.group",
                        verbose_name="what this role sees first",
                    ),
                ),
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
                "ordering": ["page", "name", "pk"],
                "permissions": [("set_first_view", "Can decide what a role sees first")],
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "page", "name"), name="view_name_once_per_owner_and_page"),
                    models.UniqueConstraint(fields=("page", "first_for"), name="one_first_view_per_role_and_page"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShareLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                (
                    "page",
                    models.CharField(
                        choices=[("dashboard", "dashboard"), ("journey_map", "journey"), ("wall", "wall")],
                        max_length=12,
                        verbose_name="page",
                    ),
                ),
                ("journey", models.SlugField(blank=True, verbose_name="journey")),
                ("query", models.CharField(blank=True, max_length=1000, verbose_name="filters")),
                (
                    "shows_comments",
                    models.BooleanField(
                        default=False,
                        help_text="Only where at least 10 people wrote one, and never a name.",
                        verbose_name="shows comments",
                    ),
                ),
                ("nonce", models.CharField(default=vocplatform.lib.tokens.new_nonce, editable=False, max_length=32)),
                ("token_digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("expires_at", models.DateTimeField(verbose_name="ends at")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked at")),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="revoked by",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "share link",
                "verbose_name_plural": "share links",
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))),
                        name="share_link_ends_after_it_begins",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ShareOpening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="openings",
                        to="feedback.sharelink",
                        verbose_name="share link",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
            ],
            options={
                "verbose_name": "opening of a share link",
                "verbose_name_plural": "openings of share links",
                "ordering": ["-opened_at", "-pk"],
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
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty for a theme of its own. There are two levels.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="feedback.theme",
                        verbose_name="part of",
                    ),
                ),
                ("description", models.CharField(blank=True, max_length=300, verbose_name="what belongs here")),
                (
                    "owner_team",
                    models.ForeignKey(
                        blank=True,
                        help_text="Who does something about it. Themes that nobody owns can be listed alone.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="themes",
                        to="surveys.team",
                        verbose_name="owner",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "theme",
                "verbose_name_plural": "themes",
                "ordering": ["position", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("parent", "name"), name="theme_name_once_per_parent"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent__isnull", True),
                            models.Q(("parent", models.F("pk")), _negated=True),
                            _connector="OR",
                        ),
                        name="theme_is_not_part_of_itself",
                    ),
                ],
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
                    "theme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="feedback.theme",
                        verbose_name="theme",
                    ),
                ),
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
                "constraints": [
                    models.UniqueConstraint(fields=("theme", "language"), name="theme_rule_once_per_language")
                ],
            },
        ),
        migrations.CreateModel(
            name="Taxonomy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(default=1, verbose_name="version")),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="changed at")),
                (
                    "searched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Older than the change: a search is going on.",
                        null=True,
                        verbose_name="all comments searched at",
                    ),
                ),
                (
                    "discovered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="last looked for new themes at"),
                ),
            ],
            options={
                "verbose_name": "taxonomy",
                "verbose_name_plural": "taxonomy",
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="taxonomy_is_one_row")],
            },
        ),
        migrations.CreateModel(
            name="ThemeMention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="feedback.answer",
                        verbose_name="answer",
                    ),
                ),
                (
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="feedback.response",
                        verbose_name="response",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="feedback.theme",
                        verbose_name="theme",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="mentions",
                        to="feedback.themerule",
                        verbose_name="found by",
                    ),
                ),
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
                "indexes": [models.Index(fields=["response", "theme"], name="mention_by_response")],
                "constraints": [
                    models.UniqueConstraint(fields=("answer", "theme"), name="theme_mentioned_once_per_answer")
                ],
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
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="suggestions",
                        to="feedback.theme",
                        verbose_name="theme",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
            ],
            options={
                "verbose_name": "suggested theme",
                "verbose_name_plural": "suggested themes",
                "ordering": ["-z"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("status", "waiting")),
                            models.Q(models.Q(("status", "waiting"), _negated=True), ("decided_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="suggestion_is_decided_once",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="answer",
            index=vocplatform.lib.indexes.WordsIndex(
                condition=models.Q(("kind", "text")), fields=["text"], name="answer_words"
            ),
        ),
    ]
