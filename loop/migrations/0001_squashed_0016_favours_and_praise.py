import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.utils.timezone
import loop.models.sla
import vocplatform.lib.models
import vocplatform.lib.tokens
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("loop", "0001_initial"),
        ("loop", "0002_escalation_ladder"),
        ("loop", "0003_recovery_rounds"),
        ("loop", "0004_casevisit"),
        ("loop", "0005_case_closed_at"),
        ("loop", "0006_case_open_case_by_next_clock_case_case_newest_first"),
        ("loop", "0007_staff_mail_rhythm"),
        ("loop", "0008_playbooks"),
        ("loop", "0009_goodwill_needs_a_limit"),
        ("loop", "0010_outer_loop"),
        ("loop", "0011_two_way"),
        ("loop", "0012_news"),
        ("loop", "0013_lessons_and_published_bands"),
        ("loop", "0014_workspace"),
        ("loop", "0015_doors_to_cases"),
        ("loop", "0016_favours_and_praise"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("feedback", "0001_squashed_0019_contact_centre_metrics"),
        ("surveys", "0001_squashed_0012_dates_and_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="BusinessCalendar",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                ("time_zone", models.CharField(default="UTC", max_length=64, verbose_name="time zone")),
                (
                    "hours",
                    models.JSONField(
                        default=loop.models.sla.office_hours,
                        help_text='For example {"0": [["09:00", "17:00"]]}.',
                        verbose_name="hours",
                    ),
                ),
            ],
            options={
                "verbose_name": "business calendar",
                "verbose_name_plural": "business calendars",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Holiday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holidays",
                        to="loop.businesscalendar",
                        verbose_name="calendar",
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                ("name", models.CharField(blank=True, max_length=100, verbose_name="name")),
            ],
            options={
                "verbose_name": "holiday",
                "verbose_name_plural": "holidays",
                "ordering": ["on"],
                "constraints": [models.UniqueConstraint(fields=("calendar", "on"), name="holiday_once_per_calendar")],
            },
        ),
        migrations.CreateModel(
            name="SlaPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="policies",
                        to="loop.businesscalendar",
                        verbose_name="calendar",
                    ),
                ),
                ("is_default", models.BooleanField(default=False, verbose_name="used when a rule names none")),
            ],
            options={
                "verbose_name": "service level",
                "verbose_name_plural": "service levels",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("is_default",),
                        name="one_service_level_is_default",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SlaTarget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="targets",
                        to="loop.slapolicy",
                        verbose_name="service level",
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[("low", "low"), ("normal", "normal"), ("high", "high"), ("critical", "critical")],
                        max_length=8,
                        verbose_name="severity",
                    ),
                ),
                (
                    "acknowledge_minutes",
                    models.PositiveIntegerField(verbose_name="acknowledge within (working minutes)"),
                ),
                ("contact_minutes", models.PositiveIntegerField(verbose_name="contact within (working minutes)")),
                ("resolve_minutes", models.PositiveIntegerField(verbose_name="resolve within (working minutes)")),
                ("confirm_minutes", models.PositiveIntegerField(verbose_name="confirm within (working minutes)")),
            ],
            options={
                "verbose_name": "target",
                "verbose_name_plural": "targets",
                "ordering": ["policy", "severity"],
                "constraints": [
                    models.UniqueConstraint(fields=("policy", "severity"), name="target_once_per_severity")
                ],
            },
        ),
        migrations.CreateModel(
            name="EscalationStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="loop.slapolicy",
                        verbose_name="service level",
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(default=1, verbose_name="level")),
                (
                    "overdue_minutes",
                    models.PositiveIntegerField(default=0, verbose_name="overdue for (working minutes)"),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("owner", "the owner, or the team when nobody owns the case"),
                            ("lead", "the team's lead"),
                            ("managers", "everybody who may see all cases"),
                        ],
                        default="owner",
                        max_length=8,
                        verbose_name="tells",
                    ),
                ),
            ],
            options={
                "verbose_name": "escalation step",
                "verbose_name_plural": "escalation steps",
                "ordering": ["policy", "level"],
                "constraints": [models.UniqueConstraint(fields=("policy", "level"), name="step_once_per_level")],
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="name")),
            ],
            options={
                "verbose_name": "tag",
                "verbose_name_plural": "tags",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"), name="tag_once_whatever_its_capitals"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Cause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="loop.cause",
                        verbose_name="part of",
                    ),
                ),
                (
                    "owner_team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="causes",
                        to="surveys.team",
                        verbose_name="owner team",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="offered")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "root cause",
                "verbose_name_plural": "root causes",
                "ordering": ["parent__position", "position", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("parent", "name"), name="cause_once_per_parent"),
                    models.UniqueConstraint(
                        condition=models.Q(("parent__isnull", True)), fields=("name",), name="upper_cause_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ActionTaken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                ("is_active", models.BooleanField(default=True, verbose_name="offered")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "action",
                "verbose_name_plural": "actions",
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="Favour",
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
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="favours",
                        to="surveys.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("quote", "be quoted"), ("referral", "recommend us")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=254, verbose_name="address")),
                ("message_id", models.CharField(blank=True, max_length=200, verbose_name="message id")),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                ("words", models.TextField(blank=True, verbose_name="words that may be quoted")),
                ("shown_as", models.CharField(blank=True, max_length=100, verbose_name="name that may be shown")),
                ("wording", models.TextField(blank=True, verbose_name="agreed to")),
                ("agreed_at", models.DateTimeField(blank=True, null=True, verbose_name="yes at")),
                ("declined_at", models.DateTimeField(blank=True, null=True, verbose_name="no at")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back at")),
                ("visits", models.PositiveIntegerField(default=0, verbose_name="openings of the link")),
            ],
            options={
                "verbose_name": "favour",
                "verbose_name_plural": "favours",
                "ordering": ["-pk"],
                "permissions": [("ask_favour", "Can ask promoters for a favour")],
                "abstract": False,
                "indexes": [models.Index(fields=["status", "due_at"], name="favour_by_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "sent"), _negated=True), ("sent_at__isnull", False), _connector="OR"
                        ),
                        name="loop_favour_sent_has_a_time",
                    ),
                    models.UniqueConstraint(fields=("customer", "kind"), name="promoter_is_asked_for_a_favour_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("agreed_at__isnull", True), models.Q(("wording", ""), _negated=True), _connector="OR"
                        ),
                        name="yes_to_a_favour_keeps_its_wording",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("agreed_at__isnull", True), ("declined_at__isnull", True), _connector="OR"),
                        name="favour_is_granted_or_declined",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True), ("agreed_at__isnull", False), _connector="OR"
                        ),
                        name="only_a_yes_is_taken_back",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "quote"), _negated=True),
                            ("agreed_at__isnull", True),
                            ("withdrawn_at__isnull", False),
                            models.Q(("words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="granted_quote_has_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Praise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "response",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="praise",
                        to="feedback.response",
                        verbose_name="response",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="praise",
                        to="surveys.team",
                        verbose_name="team",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="praise",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="why them")),
                ("routed_at", models.DateTimeField(verbose_name="routed at")),
                ("seen_at", models.DateTimeField(blank=True, null=True, verbose_name="seen at")),
            ],
            options={
                "verbose_name": "praise",
                "verbose_name_plural": "praise",
                "ordering": ["-routed_at", "-pk"],
                "indexes": [
                    models.Index(fields=["person", "-routed_at"], name="praise_by_person"),
                    models.Index(fields=["team", "-routed_at"], name="praise_by_team"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("seen_at__isnull", True), ("person__isnull", False), _connector="OR"),
                        name="only_a_praised_person_sees_it_first",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InboxView",
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
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("query", models.CharField(blank=True, max_length=1000, verbose_name="filters")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inbox_views",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                ("is_shared", models.BooleanField(default=False, verbose_name="shared with all who work cases")),
                (
                    "first_for",
                    models.OneToOneField(
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
                "verbose_name": "view of the inbox",
                "verbose_name_plural": "views of the inbox",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "name"), name="inbox_view_name_once_per_owner")
                ],
            },
        ),
        migrations.CreateModel(
            name="CannedReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("locale", models.CharField(default="en", max_length=12, verbose_name="language")),
                ("subject", models.CharField(max_length=150, verbose_name="subject")),
                (
                    "body",
                    models.TextField(
                        help_text="{{ customer }}, {{ staff }}, {{ touchpoint }} and {{ code }} are filled in.",
                        verbose_name="text",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="offered")),
            ],
            options={
                "verbose_name": "canned reply",
                "verbose_name_plural": "canned replies",
                "ordering": ["name", "locale"],
            },
        ),
        migrations.CreateModel(
            name="StaffProfile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="staff_profile",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("time_zone", models.CharField(blank=True, max_length=64, verbose_name="time zone")),
                ("capacity", models.PositiveSmallIntegerField(default=30, verbose_name="open cases at most")),
                ("languages", models.JSONField(blank=True, default=list, verbose_name="languages")),
                ("skills", models.JSONField(blank=True, default=list, verbose_name="skills")),
                ("absent_until", models.DateTimeField(blank=True, null=True, verbose_name="absent until")),
                ("wants_mail", models.BooleanField(default=True, verbose_name="wants mail")),
                (
                    "mail_rhythm",
                    models.CharField(
                        choices=[
                            ("at_once", "at once"),
                            ("hourly", "gathered every hour"),
                            ("daily", "gathered every morning"),
                        ],
                        default="at_once",
                        help_text="What is overdue or critical always comes at once.",
                        max_length=8,
                        verbose_name="mail comes",
                    ),
                ),
                (
                    "quiet_from",
                    models.TimeField(
                        blank=True,
                        help_text="In the person's own time; only what is critical comes.",
                        null=True,
                        verbose_name="no mail from",
                    ),
                ),
                ("quiet_until", models.TimeField(blank=True, null=True, verbose_name="no mail until")),
            ],
            options={
                "verbose_name": "staff profile",
                "verbose_name_plural": "staff profiles",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                            models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="staff_quiet_hours_have_both_ends",
                        violation_error_message="Quiet hours need a beginning and an end.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Playbook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                (
                    "purpose",
                    models.TextField(
                        blank=True,
                        help_text="What we want to learn and why the customers of every arm are well served. Shown on each case.",
                        verbose_name="purpose",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "draft"), ("running", "running"), ("stopped", "stopped")],
                        default="draft",
                        editable=False,
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=100,
                        help_text="A case belongs to the first running playbook that fits.",
                        verbose_name="position",
                    ),
                ),
                ("severities", models.JSONField(blank=True, default=list, verbose_name="only these severities")),
                (
                    "high_value_from",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Customers worth this much a year or more are drawn among themselves. Empty: all together.",
                        max_digits=12,
                        null=True,
                        verbose_name="high value from",
                    ),
                ),
                (
                    "score_kind",
                    models.CharField(
                        choices=[("csat", "CSAT"), ("nps", "NPS"), ("ces", "CES")],
                        default="csat",
                        max_length=4,
                        verbose_name="next score",
                    ),
                ),
                (
                    "outcome_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="A case counts as solved when the customer has confirmed it this many days after the draw.",
                        verbose_name="days until we look",
                    ),
                ),
                (
                    "usual_percent",
                    models.PositiveSmallIntegerField(
                        default=25,
                        help_text="What you expect without a change, of 100 cases.",
                        verbose_name="usually confirmed (%)",
                    ),
                ),
                (
                    "difference_points",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="25 to 35 % needs 326 cases in each arm, 25 to 40 % needs 150.",
                        verbose_name="difference worth finding (points)",
                    ),
                ),
                (
                    "planned_per_arm",
                    models.PositiveIntegerField(editable=False, null=True, verbose_name="cases planned in each arm"),
                ),
                ("seed", models.CharField(blank=True, editable=False, max_length=64)),
                ("started_at", models.DateTimeField(editable=False, null=True, verbose_name="started at")),
                (
                    "started_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="started by",
                    ),
                ),
                ("stopped_at", models.DateTimeField(editable=False, null=True, verbose_name="stopped at")),
                (
                    "stop_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="why it was stopped"),
                ),
                (
                    "causes",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Empty: any. Otherwise a case waits until somebody names its cause. An upper cause takes in its own.",
                        related_name="playbooks",
                        to="loop.cause",
                        verbose_name="only these causes",
                    ),
                ),
                (
                    "touchpoints",
                    models.ManyToManyField(
                        blank=True,
                        related_name="playbooks",
                        to="surveys.touchpoint",
                        verbose_name="only these touchpoints",
                    ),
                ),
            ],
            options={
                "verbose_name": "playbook",
                "verbose_name_plural": "playbooks",
                "ordering": ["position", "pk"],
                "permissions": [("run_playbook", "Can start and stop playbooks")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "draft"),
                            models.Q(
                                ("planned_per_arm__isnull", False),
                                ("started_at__isnull", False),
                                models.Q(("seed", ""), _negated=True),
                                models.Q(("purpose", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="started_playbook_has_purpose_plan_and_seed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "stopped"), _negated=True),
                            models.Q(("stopped_at__isnull", False), models.Q(("stop_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="stopped_playbook_has_time_and_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("difference_points__gte", 1),
                            ("usual_percent__gte", 1),
                            ("usual_percent__lte", 98),
                            (
                                "usual_percent__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.Value(99), "-", models.F("difference_points")
                                ),
                            ),
                        ),
                        name="playbook_plans_for_shares_below_one",
                        violation_error_message="The usual share and the difference must add up to less than 100.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome_days__gte", 1)), name="playbook_looks_after_a_day_at_least"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlaybookStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "playbook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="loop.playbook",
                        verbose_name="playbook",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("text", models.CharField(max_length=300, verbose_name="step")),
            ],
            options={
                "verbose_name": "step",
                "verbose_name_plural": "steps",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Arm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "playbook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="arms",
                        to="loop.playbook",
                        verbose_name="playbook",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("call", "call"),
                            ("mail", "mail"),
                            ("chat", "chat"),
                            ("meeting", "in person"),
                            ("goodwill", "goodwill"),
                            ("remedy", "fix and explain"),
                        ],
                        default="call",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("text", models.TextField(help_text="Shown to whoever works the case.", verbose_name="what to do")),
                (
                    "reply",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="loop.cannedreply",
                        verbose_name="canned reply",
                    ),
                ),
                (
                    "max_amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="For each case.",
                        max_digits=10,
                        null=True,
                        verbose_name="goodwill up to",
                    ),
                ),
                (
                    "is_comparison",
                    models.BooleanField(
                        default=False,
                        help_text="What is done today; every other arm is measured against it.",
                        verbose_name="compare with this one",
                    ),
                ),
                (
                    "is_owed",
                    models.BooleanField(
                        default=False,
                        help_text="A refund, safety or a legal duty: given to whom it is owed, never drawn by lot.",
                        verbose_name="owed",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "arm",
                "verbose_name_plural": "arms",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("playbook", "name"), name="arm_once_per_playbook"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_comparison", True)),
                        fields=("playbook",),
                        name="playbook_compares_with_one_arm",
                        violation_error_message="Only one arm can be the one that the others are compared with.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_owed", False), ("is_comparison", False), _connector="OR"),
                        name="what_is_owed_is_not_compared",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "goodwill"), _negated=True),
                            ("is_owed", True),
                            models.Q(("max_amount__gt", 0), ("max_amount__isnull", False)),
                            _connector="OR",
                        ),
                        name="goodwill_arm_has_a_limit",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuthorityLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="authority_limit",
                        to="auth.group",
                        verbose_name="role",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="up to")),
            ],
            options={
                "verbose_name": "authority limit",
                "verbose_name_plural": "authority limits",
                "ordering": ["amount"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="authority_limit_is_not_negative"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Objective",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                (
                    "metric",
                    models.CharField(
                        choices=[("retention", "retention"), ("csat", "CSAT")],
                        default="retention",
                        max_length=10,
                        verbose_name="metric",
                    ),
                ),
                (
                    "baseline",
                    models.FloatField(
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="from (%)",
                    ),
                ),
                (
                    "target",
                    models.FloatField(
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="to (%)",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="begins on")),
                ("deadline_on", models.DateField(verbose_name="reached by")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "objective",
                "verbose_name_plural": "objectives",
                "ordering": ["deadline_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("baseline__gte", 0), ("baseline__lte", 100), ("target__gte", 0), ("target__lte", 100)
                        ),
                        name="objective_is_a_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("target__gt", models.F("baseline"))),
                        name="objective_lies_above_its_baseline",
                        violation_error_message="The aim must lie above where we are.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("deadline_on__gt", models.F("starts_on"))),
                        name="objective_ends_after_it_begins",
                        violation_error_message="The deadline lies after the beginning.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgrammeStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("key", models.SlugField(max_length=40, unique=True, verbose_name="item")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                (
                    "evidence",
                    models.URLField(
                        blank=True, help_text="Where the paper, plan or record is kept.", verbose_name="evidence"
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                (
                    "changed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "step of the programme",
                "verbose_name_plural": "steps of the programme",
                "ordering": ["key"],
            },
        ),
        migrations.CreateModel(
            name="ReturnAssumptions",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("customers_low", models.PositiveIntegerField(default=1000, verbose_name="customers, at least")),
                ("customers_high", models.PositiveIntegerField(default=1000, verbose_name="customers, at most")),
                (
                    "value_low",
                    models.FloatField(
                        default=100,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="yearly value of a customer, at least",
                    ),
                ),
                (
                    "value_high",
                    models.FloatField(
                        default=150,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="yearly value of a customer, at most",
                    ),
                ),
                (
                    "margin_low",
                    models.FloatField(
                        default=20,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="margin (%), at least",
                    ),
                ),
                (
                    "margin_high",
                    models.FloatField(
                        default=40,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="margin (%), at most",
                    ),
                ),
                (
                    "lift_low",
                    models.FloatField(
                        default=0,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="points of retention gained, at least",
                    ),
                ),
                (
                    "lift_high",
                    models.FloatField(
                        default=3,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="points of retention gained, at most",
                    ),
                ),
                (
                    "cost_low",
                    models.FloatField(
                        default=5000,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="yearly cost, at least",
                    ),
                ),
                (
                    "cost_high",
                    models.FloatField(
                        default=10000,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="yearly cost, at most",
                    ),
                ),
                (
                    "ratio_low",
                    models.FloatField(
                        blank=True,
                        help_text="Published: 5, and 6 to 7. Empty: not assumed.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="winning costs so many times keeping, at least",
                    ),
                ),
                (
                    "ratio_high",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="winning costs so many times keeping, at most",
                    ),
                ),
                (
                    "profit_low",
                    models.FloatField(
                        default=25,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="profit (%) gained by 5 points of retention, at least",
                    ),
                ),
                (
                    "profit_high",
                    models.FloatField(
                        default=95,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="profit (%) gained by 5 points of retention, at most",
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "assumptions about the return",
                "verbose_name_plural": "assumptions about the return",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="return_rests_on_one_set_of_assumptions"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ratio_high__isnull", True), ("ratio_low__isnull", True)),
                            models.Q(("ratio_high__isnull", False), ("ratio_low__isnull", False)),
                            _connector="OR",
                        ),
                        name="return_band_of_ratio_has_both_ends",
                        violation_error_message="Give both ends of the band, or neither.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("customers_high__gte", models.F("customers_low"))),
                        name="return_band_of_customers_is_in_order",
                        violation_error_message="The most cannot be less than the least.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value_high__gte", models.F("value_low"))),
                        name="return_band_of_value_is_in_order",
                        violation_error_message="The most cannot be less than the least.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("margin_high__gte", models.F("margin_low"))),
                        name="return_band_of_margin_is_in_order",
                        violation_error_message="The most cannot be less than the least.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lift_high__gte", models.F("lift_low"))),
                        name="return_band_of_lift_is_in_order",
                        violation_error_message="The most cannot be less than the least.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cost_high__gte", models.F("cost_low"))),
                        name="return_band_of_cost_is_in_order",
                        violation_error_message="The most cannot be less than the least.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ratio_high__gte", models.F("ratio_low"))),
                        name="return_band_of_ratio_is_in_order",
                        violation_error_message="The most cannot be less than the least.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("profit_high__gte", models.F("profit_low"))),
                        name="return_band_of_profit_is_in_order",
                        violation_error_message="The most cannot be less than the least.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TriageRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=100, help_text="The first rule that fits opens the case.", verbose_name="position"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "survey",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="triage_rules",
                        to="surveys.survey",
                        verbose_name="only survey",
                    ),
                ),
                (
                    "touchpoint",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="triage_rules",
                        to="surveys.touchpoint",
                        verbose_name="only touchpoint",
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[("low", "low"), ("normal", "normal"), ("high", "high"), ("critical", "critical")],
                        default="normal",
                        max_length=8,
                        verbose_name="severity",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the team that owns the touchpoint.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="triage_rules",
                        to="surveys.team",
                        verbose_name="team",
                    ),
                ),
                (
                    "assignment",
                    models.CharField(
                        choices=[
                            ("by_load", "whoever of the team has most room"),
                            ("in_turn", "one after the other in the team"),
                            ("team", "the team, nobody in person"),
                            ("person", "a named person"),
                            ("account_owner", "the customer's account owner"),
                            ("data_field", "whom a field of the customer names"),
                        ],
                        default="by_load",
                        max_length=14,
                        verbose_name="goes to",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "field",
                    models.CharField(
                        blank=True,
                        help_text="Holds a user name or an e-mail address, for example branch_manager.",
                        max_length=80,
                        verbose_name="field of the customer",
                    ),
                ),
                (
                    "skill",
                    models.CharField(
                        blank=True,
                        help_text="As it stands in the staff profiles; empty: everybody. Nobody has it: the team is left to decide.",
                        max_length=40,
                        verbose_name="only who has the skill",
                    ),
                ),
                (
                    "sla_policy",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules",
                        to="loop.slapolicy",
                        verbose_name="service level",
                    ),
                ),
            ],
            options={
                "verbose_name": "case rule",
                "verbose_name_plural": "case rules",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("assignment", "data_field"), _negated=True),
                            models.Q(("field", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="rule_by_field_names_the_field",
                        violation_error_message="Name the field of the customer that says who gets the case.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Case",
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
                    "response",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="case",
                        to="feedback.response",
                        verbose_name="response",
                    ),
                ),
                (
                    "alert",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="case",
                        to="feedback.alert",
                        verbose_name="alert",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="cases",
                        to="surveys.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "touchpoint",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="cases",
                        to="surveys.touchpoint",
                        verbose_name="touchpoint",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="cases",
                        to="loop.triagerule",
                        verbose_name="rule",
                    ),
                ),
                (
                    "sla_policy",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="loop.slapolicy",
                        verbose_name="service level",
                    ),
                ),
                ("summary", models.CharField(blank=True, max_length=200, verbose_name="summary")),
                (
                    "severity",
                    models.CharField(
                        choices=[("low", "low"), ("normal", "normal"), ("high", "high"), ("critical", "critical")],
                        default="normal",
                        max_length=8,
                        verbose_name="severity",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("assigned", "assigned"),
                            ("contacted", "contacted"),
                            ("in_progress", "in progress"),
                            ("resolved", "resolved"),
                            ("confirmed", "confirmed"),
                            ("unreachable", "unreachable"),
                            ("declined", "declined"),
                            ("duplicate", "duplicate"),
                            ("reopened", "reopened"),
                        ],
                        default="new",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="cases",
                        to="surveys.team",
                        verbose_name="team",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="cases",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="opened at")),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True, verbose_name="acknowledged at")),
                ("contacted_at", models.DateTimeField(blank=True, null=True, verbose_name="first contact at")),
                ("resolved_at", models.DateTimeField(blank=True, null=True, verbose_name="resolved at")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmed at")),
                ("reopened_at", models.DateTimeField(blank=True, null=True, verbose_name="reopened at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                ("acknowledge_due_at", models.DateTimeField(blank=True, null=True, verbose_name="acknowledge by")),
                ("contact_due_at", models.DateTimeField(blank=True, null=True, verbose_name="contact by")),
                ("resolve_due_at", models.DateTimeField(blank=True, null=True, verbose_name="resolve by")),
                ("confirm_due_at", models.DateTimeField(blank=True, null=True, verbose_name="confirm by")),
                ("next_due_at", models.DateTimeField(blank=True, null=True, verbose_name="next clock ends")),
                (
                    "escalate_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="next escalation at"),
                ),
                ("paused_at", models.DateTimeField(blank=True, null=True, verbose_name="clock stopped at")),
                ("pause_reason", models.CharField(blank=True, max_length=200, verbose_name="why the clock is stopped")),
                ("snoozed_until", models.DateTimeField(blank=True, null=True, verbose_name="snoozed until")),
                (
                    "awaits_reply",
                    models.BooleanField(
                        default=False, editable=False, verbose_name="snoozed until the customer replies"
                    ),
                ),
                (
                    "cause",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="loop.cause",
                        verbose_name="root cause",
                    ),
                ),
                (
                    "action",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="loop.actiontaken",
                        verbose_name="action taken",
                    ),
                ),
                ("outcome", models.CharField(blank=True, max_length=300, verbose_name="outcome")),
                (
                    "duplicate_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="duplicates",
                        to="loop.case",
                        verbose_name="duplicate of",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="affected",
                        to="loop.case",
                        verbose_name="incident",
                    ),
                ),
                ("external_ref", models.CharField(blank=True, max_length=120, verbose_name="ticket number elsewhere")),
                ("tags", models.ManyToManyField(blank=True, related_name="cases", to="loop.tag", verbose_name="tags")),
            ],
            options={
                "verbose_name": "case",
                "verbose_name_plural": "cases",
                "ordering": ["-opened_at", "-pk"],
                "permissions": [
                    ("work_case", "Can work cases"),
                    ("assign_case", "Can assign cases to others"),
                    ("view_all_cases", "Can see the cases of all teams"),
                ],
                "indexes": [
                    models.Index(fields=["status", "next_due_at"], name="case_by_next_clock"),
                    models.Index(
                        condition=models.Q(("status__in", ("new", "assigned", "contacted", "in_progress", "reopened"))),
                        fields=["next_due_at", "id"],
                        name="open_case_by_next_clock",
                    ),
                    models.Index(fields=["-opened_at", "-id"], name="case_newest_first"),
                    models.Index(
                        condition=models.Q(("escalate_at__isnull", False)),
                        fields=["escalate_at"],
                        name="case_to_escalate",
                    ),
                    models.Index(fields=["owner", "status", "next_due_at"], name="case_by_owner"),
                    models.Index(fields=["team", "status", "next_due_at"], name="case_by_team"),
                    models.Index(fields=["customer", "-opened_at"], name="case_by_customer"),
                    models.Index(fields=["touchpoint", "-opened_at"], name="case_by_touchpoint"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["resolved", "confirmed"]), _negated=True),
                            ("cause__isnull", False),
                            _connector="OR",
                        ),
                        name="resolved_case_has_a_cause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "confirmed"), _negated=True),
                            ("confirmed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="confirmed_case_has_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("duplicate_of__isnull", True),
                            models.Q(("duplicate_of", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="case_is_not_its_own_twin",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("incident__isnull", True),
                            models.Q(("incident", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="case_is_not_its_own_incident",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("awaits_reply", False), ("snoozed_until__isnull", False), _connector="OR"),
                        name="who_awaits_a_reply_is_snoozed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="history",
                        to="loop.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("opened", "opened"),
                            ("moved", "moved"),
                            ("assigned", "assigned"),
                            ("contact", "contact attempt"),
                            ("note", "note"),
                            ("message", "message"),
                            ("paused", "clock stopped"),
                            ("resumed", "clock started again"),
                            ("snoozed", "snoozed"),
                            ("escalated", "escalated"),
                            ("recovery", "customer asked"),
                            ("changed", "changed"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                ("came_from", models.CharField(blank=True, max_length=12, verbose_name="from")),
                ("went_to", models.CharField(blank=True, max_length=12, verbose_name="to")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("changes", models.JSONField(blank=True, default=dict, verbose_name="changes")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="version of the case")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="at")),
            ],
            options={
                "verbose_name": "history line",
                "verbose_name_plural": "history",
                "ordering": ["at", "pk"],
                "indexes": [models.Index(fields=["case", "at"], name="history_by_case")],
            },
        ),
        migrations.CreateModel(
            name="Escalation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="escalations",
                        to="loop.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "clock",
                    models.CharField(
                        choices=[
                            ("acknowledge", "acknowledge"),
                            ("contact", "first contact"),
                            ("resolve", "resolve"),
                            ("confirm", "confirm"),
                        ],
                        max_length=12,
                        verbose_name="clock",
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(default=1, verbose_name="level")),
                ("due_at", models.DateTimeField(verbose_name="was due at")),
                ("raised_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="raised at")),
            ],
            options={
                "verbose_name": "escalation",
                "verbose_name_plural": "escalations",
                "ordering": ["-raised_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "clock", "level", "due_at"), name="escalated_once_per_clock_and_level"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceivedMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("taken", "put into its case"),
                            ("opened", "opened a case"),
                            ("opted_out", "asked not to be written to"),
                            ("automatic", "written by a machine"),
                            ("unknown", "belongs to no case"),
                            ("too_many", "too many in an hour"),
                            ("empty", "said nothing new"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="received_mails",
                        to="loop.case",
                        verbose_name="case",
                    ),
                ),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="received at")),
            ],
            options={
                "verbose_name": "received mail",
                "verbose_name_plural": "received mails",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["case", "received_at"], name="received_mail_by_case")],
            },
        ),
        migrations.CreateModel(
            name="CallRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="call_requests",
                        to="loop.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "response",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="feedback.response",
                        verbose_name="response",
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                ("wanted_from", models.DateTimeField(verbose_name="from")),
                ("wanted_until", models.DateTimeField(verbose_name="until")),
                ("wording", models.TextField(verbose_name="agreed to")),
            ],
            options={
                "verbose_name": "wish to be called",
                "verbose_name_plural": "wishes to be called",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("wanted_until__gt", models.F("wanted_from"))),
                        name="call_window_ends_after_it_begins",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tickets",
                        to="loop.case",
                        verbose_name="case",
                    ),
                ),
                ("system", models.SlugField(max_length=40, verbose_name="system")),
                ("number", models.CharField(max_length=120, verbose_name="number")),
                ("url", models.URLField(blank=True, max_length=500, verbose_name="address")),
                ("state", models.CharField(blank=True, max_length=60, verbose_name="state there")),
            ],
            options={
                "verbose_name": "ticket elsewhere",
                "verbose_name_plural": "tickets elsewhere",
                "ordering": ["system", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "system"), name="one_ticket_per_case_and_system")
                ],
            },
        ),
        migrations.CreateModel(
            name="Deed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deeds",
                        to="loop.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("call", "call"),
                            ("mail", "mail"),
                            ("chat", "chat"),
                            ("meeting", "in person"),
                            ("goodwill", "goodwill"),
                            ("remedy", "fix and explain"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "arm",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deeds",
                        to="loop.arm",
                        verbose_name="arm in force",
                    ),
                ),
                (
                    "action",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deeds",
                        to="loop.actiontaken",
                        verbose_name="action taken",
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                ("reached", models.BooleanField(null=True, verbose_name="reached the customer")),
                ("minutes", models.PositiveSmallIntegerField(null=True, verbose_name="minutes")),
                ("cost", models.DecimalField(decimal_places=2, default=0, max_digits=10, verbose_name="cost")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="at")),
            ],
            options={
                "verbose_name": "action done",
                "verbose_name_plural": "actions done",
                "ordering": ["at", "pk"],
                "indexes": [
                    models.Index(fields=["case", "at"], name="deed_by_case"),
                    models.Index(fields=["at"], name="deed_by_time"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("cost__gte", 0)), name="deed_costs_nothing_or_more"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "goodwill"), _negated=True), ("cost__gt", 0), _connector="OR"
                        ),
                        name="goodwill_has_an_amount",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Initiative",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                ("problem", models.TextField(verbose_name="what customers suffer from")),
                ("change", models.TextField(blank=True, verbose_name="what we change")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("process", "process"),
                            ("technology", "technology"),
                            ("training", "training"),
                            ("words", "words and information"),
                            ("product", "product or price"),
                        ],
                        default="process",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("registered", "registered"),
                            ("read_out", "read out"),
                            ("dropped", "dropped"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "touchpoint",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="initiatives",
                        to="surveys.touchpoint",
                        verbose_name="touchpoint that is changed",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        help_text="Who spoke of it may be told what was done.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="initiatives",
                        to="feedback.theme",
                        verbose_name="theme",
                    ),
                ),
                (
                    "cause",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="initiatives",
                        to="loop.cause",
                        verbose_name="cause of cases",
                    ),
                ),
                (
                    "driver_study",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="initiatives",
                        to="feedback.driverstudy",
                        verbose_name="driver study",
                    ),
                ),
                (
                    "impact",
                    models.PositiveSmallIntegerField(
                        default=3,
                        help_text="5: many customers, or those who leave over it.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                        verbose_name="impact (1–5)",
                    ),
                ),
                (
                    "effort",
                    models.PositiveSmallIntegerField(
                        default=3,
                        help_text="1: days. 5: a year, or several departments.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                        verbose_name="effort (1–5)",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="initiatives",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "sponsor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sponsor",
                    ),
                ),
                (
                    "metric",
                    models.CharField(
                        choices=[("nps", "NPS"), ("csat", "CSAT"), ("ces", "CES")],
                        default="csat",
                        max_length=4,
                        verbose_name="metric",
                    ),
                ),
                (
                    "expected_change",
                    models.FloatField(
                        default=5.0,
                        help_text="NPS in points, CSAT in points of its percentage, CES in points of its scale.",
                        verbose_name="change expected",
                    ),
                ),
                (
                    "worth_finding",
                    models.FloatField(
                        default=3.0,
                        help_text="An effect whose whole interval is smaller than this is called none.",
                        validators=[django.core.validators.MinValueValidator(0.01)],
                        verbose_name="smallest change that would matter",
                    ),
                ),
                ("go_live_on", models.DateField(blank=True, null=True, verbose_name="goes live on")),
                ("read_out_on", models.DateField(blank=True, null=True, verbose_name="we look on")),
                ("registered_at", models.DateTimeField(editable=False, null=True, verbose_name="registered at")),
                (
                    "lesson",
                    models.TextField(
                        blank=True,
                        editable=False,
                        help_text="For whoever tries something like it: what to do again, and what not.",
                        verbose_name="what we learned",
                    ),
                ),
                (
                    "drop_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="why it was dropped"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "controls",
                    models.ManyToManyField(
                        blank=True,
                        help_text="What they do in the same weeks is taken off. Without any, the course before is carried on instead.",
                        related_name="initiatives_compared",
                        to="surveys.touchpoint",
                        verbose_name="touchpoints that stay as they are",
                    ),
                ),
                (
                    "cases",
                    models.ManyToManyField(
                        blank=True, related_name="initiatives", to="loop.case", verbose_name="cases"
                    ),
                ),
                (
                    "responses",
                    models.ManyToManyField(
                        blank=True, related_name="initiatives", to="feedback.response", verbose_name="responses"
                    ),
                ),
            ],
            options={
                "verbose_name": "initiative",
                "verbose_name_plural": "initiatives",
                "ordering": ["-pk"],
                "permissions": [("register_initiative", "Can register and drop initiatives")],
                "indexes": [models.Index(fields=["status", "read_out_on"], name="initiative_by_read_out")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("effort__range", (1, 5)), ("impact__range", (1, 5))),
                        name="initiative_is_rated_from_one_to_five",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["registered", "read_out"]), _negated=True),
                            models.Q(
                                ("go_live_on__isnull", False),
                                ("read_out_on__isnull", False),
                                ("registered_at__isnull", False),
                                ("touchpoint__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="registered_initiative_says_where_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("read_out_on__isnull", True),
                            ("go_live_on__isnull", True),
                            ("read_out_on__gt", models.F("go_live_on")),
                            _connector="OR",
                        ),
                        name="initiative_is_looked_at_after_it_went_live",
                        violation_error_message="We look after it went live, not before.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "dropped"), _negated=True),
                            models.Q(("drop_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="dropped_initiative_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lesson", ""), ("status__in", ["read_out", "dropped"]), _connector="OR"),
                        name="lesson_is_learned_when_it_is_over",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("worth_finding__gt", 0)), name="initiative_effect_worth_finding_is_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InitiativeChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="history",
                        to="loop.initiative",
                        verbose_name="initiative",
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="at")),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                ("note", models.CharField(max_length=300, verbose_name="what")),
                ("changes", models.JSONField(blank=True, default=dict, verbose_name="changes")),
                ("version", models.PositiveIntegerField(verbose_name="version")),
            ],
            options={
                "verbose_name": "change of an initiative",
                "verbose_name_plural": "changes of initiatives",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="ReadOut",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "initiative",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="read_out",
                        to="loop.initiative",
                        verbose_name="initiative",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("others", "against touchpoints that stayed as they were"),
                            ("past", "against its own course before"),
                        ],
                        max_length=6,
                        verbose_name="method",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("helped", "helped"),
                            ("hurt", "hurt"),
                            ("no_larger", "no effect larger than that"),
                            ("cannot_tell", "cannot tell"),
                        ],
                        max_length=12,
                        verbose_name="verdict",
                    ),
                ),
                ("value", models.FloatField(null=True, verbose_name="effect")),
                ("low", models.FloatField(null=True, verbose_name="from")),
                ("high", models.FloatField(null=True, verbose_name="to")),
                ("weeks_before", models.PositiveSmallIntegerField(verbose_name="weeks before")),
                ("weeks_after", models.PositiveSmallIntegerField(verbose_name="weeks after")),
                ("answers", models.PositiveIntegerField(verbose_name="answers")),
                ("result", models.JSONField(default=dict, verbose_name="result")),
            ],
            options={
                "verbose_name": "read-out",
                "verbose_name_plural": "read-outs",
                "ordering": ["-made_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict", "cannot_tell"),
                            models.Q(("high__isnull", False), ("low__isnull", False), ("value__isnull", False)),
                            _connector="OR",
                        ),
                        name="read_out_that_tells_has_an_interval",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FeedbackLoop",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                (
                    "touchpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feedback_loops",
                        to="surveys.touchpoint",
                        verbose_name="touchpoint",
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="feedback_loops",
                        to="surveys.survey",
                        verbose_name="survey that asks",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="feedback_loops",
                        to="loop.initiative",
                        verbose_name="initiative that improves",
                    ),
                ),
                (
                    "opened_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="opened at"),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "feedback loop",
                "verbose_name_plural": "feedback loops",
                "ordering": ["opened_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Message",
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="loop.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[("out", "to the customer"), ("in", "from the customer")],
                        default="out",
                        max_length=3,
                        verbose_name="direction",
                    ),
                ),
                ("channel", models.CharField(default="email", max_length=8, verbose_name="channel")),
                ("address", models.CharField(blank=True, max_length=254, verbose_name="address")),
                ("subject", models.CharField(max_length=150, verbose_name="subject")),
                ("body", models.TextField(verbose_name="text")),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                ("message_id", models.CharField(blank=True, db_index=True, max_length=200, verbose_name="message id")),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "ordering": ["created_at", "pk"],
                "abstract": False,
                "indexes": [models.Index(fields=["status", "due_at"], name="message_by_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "sent"), _negated=True), ("sent_at__isnull", False), _connector="OR"
                        ),
                        name="loop_message_sent_has_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="loop.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recipient",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("opened", "new case"),
                            ("assigned", "assigned to you"),
                            ("escalated", "overdue"),
                            ("reopened", "reopened"),
                            ("replied", "the customer answered"),
                            ("mentioned", "you were mentioned"),
                            ("callback", "the customer wants to be called"),
                            ("unowned", "nobody owns it"),
                            ("incident", "the incident behind it is resolved"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("dedup_key", models.CharField(editable=False, max_length=80)),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "ordering": ["-pk"],
                "abstract": False,
                "indexes": [models.Index(fields=["status", "due_at"], name="notice_by_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "sent"), _negated=True), ("sent_at__isnull", False), _connector="OR"
                        ),
                        name="loop_notice_sent_has_a_time",
                    ),
                    models.UniqueConstraint(fields=("case", "recipient", "dedup_key"), name="notice_once_per_news"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Recovery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery",
                        to="loop.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "invitation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="recoveries",
                        to="surveys.invitation",
                        verbose_name="invitation",
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(default=0, verbose_name="round")),
                (
                    "resolution_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="asked about what was resolved at"),
                ),
                ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="asked at")),
                (
                    "not_asked_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="why the customer was not asked"),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                ("solved", models.BooleanField(blank=True, null=True, verbose_name="solved")),
                ("metric", models.CharField(blank=True, max_length=8, verbose_name="scale")),
                ("first_number", models.SmallIntegerField(blank=True, null=True, verbose_name="first score")),
                ("later_number", models.SmallIntegerField(blank=True, null=True, verbose_name="later score")),
                (
                    "later_response",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="feedback.response",
                        verbose_name="later response",
                    ),
                ),
            ],
            options={
                "verbose_name": "recovery",
                "verbose_name_plural": "recoveries",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("solved__isnull", True), ("answered_at__isnull", False), _connector="OR"),
                        name="recovery_answer_has_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Announcement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "initiative",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="news",
                        to="loop.initiative",
                        verbose_name="initiative",
                    ),
                ),
                ("subject", models.CharField(max_length=150, verbose_name="subject")),
                (
                    "body",
                    models.TextField(
                        help_text="Plain words: what you heard and what is different now.", verbose_name="text"
                    ),
                ),
                (
                    "half_later",
                    models.BooleanField(
                        default=False,
                        help_text="Chance decides who hears it now; until the others do, we see what it does.",
                        verbose_name="half of them later",
                    ),
                ),
                (
                    "later_days",
                    models.PositiveSmallIntegerField(
                        default=60,
                        validators=[
                            django.core.validators.MinValueValidator(7),
                            django.core.validators.MaxValueValidator(365),
                        ],
                        verbose_name="days later",
                    ),
                ),
                ("seed", models.CharField(blank=True, editable=False, max_length=64)),
                ("sent_at", models.DateTimeField(editable=False, null=True, verbose_name="put on its way")),
                (
                    "sent_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent by",
                    ),
                ),
                ("left_out", models.JSONField(default=dict, editable=False, verbose_name="left out")),
            ],
            options={
                "verbose_name": "news of a change",
                "verbose_name_plural": "news of changes",
                "ordering": ["-pk"],
                "permissions": [("send_news", "Can tell customers what was changed")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sent_at__isnull", True), models.Q(("seed", ""), _negated=True), _connector="OR"
                        ),
                        name="news_that_left_has_a_seed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NewsLetter",
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
                    "news",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to="loop.announcement",
                        verbose_name="news",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="news_letters",
                        to="surveys.customer",
                        verbose_name="customer",
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=254, verbose_name="address")),
                ("is_later", models.BooleanField(default=False, verbose_name="hears it later")),
                ("message_id", models.CharField(blank=True, max_length=200, verbose_name="message id")),
            ],
            options={
                "verbose_name": "letter with news",
                "verbose_name_plural": "letters with news",
                "ordering": ["pk"],
                "abstract": False,
                "indexes": [models.Index(fields=["status", "due_at"], name="newsletter_by_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "sent"), _negated=True), ("sent_at__isnull", False), _connector="OR"
                        ),
                        name="loop_newsletter_sent_has_a_time",
                    ),
                    models.UniqueConstraint(fields=("news", "customer"), name="customer_hears_news_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Placement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "playbook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placements",
                        to="loop.playbook",
                        verbose_name="playbook",
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="placement",
                        to="loop.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="placements",
                        to="surveys.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "arm",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placements",
                        to="loop.arm",
                        verbose_name="arm",
                    ),
                ),
                ("stratum", models.CharField(blank=True, max_length=80, verbose_name="stratum")),
                ("turn", models.PositiveIntegerField(null=True, verbose_name="turn in the stratum")),
                ("placed_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="drawn at")),
                ("reason", models.CharField(max_length=400, verbose_name="reason")),
                (
                    "given_arm",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="given_instead",
                        to="loop.arm",
                        verbose_name="done instead",
                    ),
                ),
                ("override_reason", models.CharField(blank=True, max_length=300, verbose_name="why something else")),
                ("overridden_at", models.DateTimeField(null=True, verbose_name="changed at")),
                ("opted_out_at", models.DateTimeField(null=True, verbose_name="left out at")),
                ("opt_out_reason", models.CharField(blank=True, max_length=300, verbose_name="why left out")),
            ],
            options={
                "verbose_name": "placement",
                "verbose_name_plural": "placements",
                "ordering": ["placed_at", "pk"],
                "indexes": [models.Index(fields=["playbook", "placed_at"], name="placement_in_order")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("playbook", "customer"), name="customer_is_drawn_once_per_playbook"
                    ),
                    models.UniqueConstraint(
                        fields=("playbook", "stratum", "turn"), name="turn_is_drawn_once_per_stratum"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("arm__isnull", False), ("turn__isnull", False)),
                            ("opted_out_at__isnull", False),
                            _connector="OR",
                        ),
                        name="placement_is_drawn_or_left_out",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("given_arm__isnull", True),
                            models.Q(
                                ("overridden_at__isnull", False), models.Q(("override_reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="what_is_done_instead_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opted_out_at__isnull", True),
                            models.Q(("opt_out_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="who_is_left_out_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TriageCondition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conditions",
                        to="loop.triagerule",
                        verbose_name="rule",
                    ),
                ),
                (
                    "fact",
                    models.CharField(
                        help_text="For example nps, csat, ces, compound, label, touchpoint, customer.plan.",
                        max_length=80,
                        verbose_name="fact",
                    ),
                ),
                (
                    "operator",
                    models.CharField(
                        choices=[
                            ("at_most", "is at most"),
                            ("at_least", "is at least"),
                            ("is", "is"),
                            ("is_not", "is not"),
                            ("one_of", "is one of (comma separated)"),
                            ("contains", "contains"),
                            ("present", "is known"),
                            ("absent", "is not known"),
                        ],
                        default="at_most",
                        max_length=10,
                        verbose_name="condition",
                    ),
                ),
                ("value", models.CharField(blank=True, max_length=200, verbose_name="value")),
            ],
            options={
                "verbose_name": "condition",
                "verbose_name_plural": "conditions",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Triage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "response",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="triage",
                        to="feedback.response",
                        verbose_name="response",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="loop.triagerule",
                        verbose_name="rule",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="triages",
                        to="loop.case",
                        verbose_name="case",
                    ),
                ),
                ("reason", models.CharField(max_length=400, verbose_name="reason")),
                ("facts", models.JSONField(default=dict, verbose_name="facts")),
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="decided at")),
            ],
            options={
                "verbose_name": "triage",
                "verbose_name_plural": "triages",
                "ordering": ["-decided_at"],
            },
        ),
        migrations.CreateModel(
            name="CaseVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visits",
                        to="loop.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("seen_at", models.DateTimeField(verbose_name="seen at")),
                ("doing", models.CharField(blank=True, max_length=12, verbose_name="at hand")),
            ],
            options={
                "verbose_name": "visit",
                "verbose_name_plural": "visits",
                "constraints": [models.UniqueConstraint(fields=("case", "user"), name="one_visit_per_person_and_case")],
            },
        ),
        migrations.CreateModel(
            name="WebhookEndpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("url", models.URLField(max_length=500, verbose_name="address")),
                (
                    "style",
                    models.CharField(
                        choices=[
                            ("signed", "signed JSON (Standard Webhooks)"),
                            ("chat", "one line of text (Slack, Teams, Mattermost)"),
                        ],
                        default="signed",
                        max_length=8,
                        verbose_name="form",
                    ),
                ),
                ("news", models.JSONField(default=list, verbose_name="is told")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "stopped_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="why it was stopped"),
                ),
                ("nonce", models.CharField(default=vocplatform.lib.tokens.new_nonce, editable=False, max_length=32)),
                ("old_nonce", models.CharField(blank=True, editable=False, max_length=32)),
                (
                    "old_until",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="old secret valid until"),
                ),
                (
                    "rests_until",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="rests until"),
                ),
                (
                    "last_taken_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last call taken at"),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook",
                "verbose_name_plural": "webhooks",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("old_nonce", ""), ("old_until__isnull", False), _connector="OR"),
                        name="old_webhook_secret_has_an_end",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookCall",
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
                    "endpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calls",
                        to="loop.webhookendpoint",
                        verbose_name="webhook",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="webhook_calls",
                        to="loop.case",
                        verbose_name="case",
                    ),
                ),
                ("reference", models.CharField(max_length=60, unique=True, verbose_name="call id")),
                (
                    "news",
                    models.CharField(
                        choices=[
                            ("case.opened", "a case was opened"),
                            ("case.moved", "a case changed its status"),
                            ("case.assigned", "a case changed hands"),
                            ("case.escalated", "a clock of a case ran out"),
                            ("case.message", "staff or customer wrote a letter"),
                            ("case.changed", "anything else about a case"),
                            ("alert.opened", "a measure raised an alert"),
                            ("test", "a test call"),
                        ],
                        max_length=20,
                        verbose_name="news",
                    ),
                ),
                ("body", models.TextField(verbose_name="content")),
                (
                    "answered_status",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="answered with"),
                ),
            ],
            options={
                "verbose_name": "webhook call",
                "verbose_name_plural": "webhook calls",
                "ordering": ["-pk"],
                "abstract": False,
                "indexes": [models.Index(fields=["status", "due_at"], name="webhookcall_by_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "sent"), _negated=True), ("sent_at__isnull", False), _connector="OR"
                        ),
                        name="loop_webhookcall_sent_has_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reference", ""), _negated=True), name="webhook_call_has_an_id"
                    ),
                ],
            },
        ),
    ]
