import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import surveys.models.survey
import surveys.models.trigger
import vocplatform.lib.models
import vocplatform.lib.tokens
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("surveys", "0001_initial"),
        ("surveys", "0002_privacy_notice"),
        ("surveys", "0003_wide_rollups"),
        ("surveys", "0004_alter_triggerrule_reserves_ask"),
        ("surveys", "0005_delivery_reports"),
        ("surveys", "0006_languages_rotation_discarded"),
        ("surveys", "0007_fewer_indexes"),
        ("surveys", "0008_touchpoint_event_name"),
        ("surveys", "0009_future_journeys"),
        ("surveys", "0010_legal_basis"),
        ("surveys", "0011_customer_known_at"),
        ("surveys", "0012_dates_and_words"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "external_id",
                    models.CharField(
                        blank=True,
                        help_text="The id in your own systems.",
                        max_length=255,
                        null=True,
                        unique=True,
                        verbose_name="customer number",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("locale", models.CharField(blank=True, max_length=12, verbose_name="language")),
                ("time_zone", models.CharField(blank=True, max_length=64, verbose_name="time zone")),
                (
                    "preferred_channel",
                    models.CharField(
                        blank=True,
                        choices=[("email", "e-mail"), ("sms", "SMS")],
                        max_length=8,
                        verbose_name="preferred channel",
                    ),
                ),
                ("attributes", models.JSONField(blank=True, default=dict, verbose_name="attributes")),
                (
                    "annual_value",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="value per year"
                    ),
                ),
                (
                    "account_owner",
                    models.CharField(
                        blank=True, help_text="A staff user name.", max_length=150, verbose_name="account owner"
                    ),
                ),
                (
                    "is_holdout",
                    models.BooleanField(
                        default=False,
                        help_text="Kept aside to learn what asking itself does.",
                        verbose_name="never asked",
                    ),
                ),
                ("erased_digest", models.CharField(blank=True, db_index=True, editable=False, max_length=64)),
                ("known_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("erased_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="erased at")),
            ],
            options={
                "verbose_name": "customer",
                "verbose_name_plural": "customers",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        name="customer_number_is_null_rather_than_empty",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomerAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="addresses",
                        to="surveys.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "e-mail"), ("sms", "SMS")], max_length=8, verbose_name="channel"
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        help_text="An e-mail address, or a phone number as +49…", max_length=254, verbose_name="address"
                    ),
                ),
                ("is_primary", models.BooleanField(default=True, verbose_name="first choice")),
                ("bounced_at", models.DateTimeField(blank=True, null=True, verbose_name="bounced at")),
            ],
            options={
                "verbose_name": "address",
                "verbose_name_plural": "addresses",
                "ordering": ["-is_primary", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("channel", "address"), name="address_belongs_to_one_customer")
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="surveys.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "e-mail"), ("sms", "SMS")], max_length=8, verbose_name="channel"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("granted", "yes"), ("withdrawn", "no")], max_length=10, verbose_name="answer"
                    ),
                ),
                ("wording", models.TextField(blank=True, verbose_name="wording that was shown")),
                ("source", models.CharField(blank=True, max_length=100, verbose_name="where it was said")),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="recorded at")),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
                "ordering": ["-recorded_at", "-pk"],
                "indexes": [models.Index(fields=["customer", "channel", "-recorded_at"], name="consent_newest_first")],
            },
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "e-mail"), ("sms", "SMS")], max_length=8, verbose_name="channel"
                    ),
                ),
                (
                    "address_digest",
                    models.CharField(editable=False, max_length=64, verbose_name="digest of the address"),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("opt_out", "opted out"),
                            ("bounce", "address does not exist"),
                            ("complaint", "reported as spam"),
                            ("manual", "entered by staff"),
                            ("erased", "erased on request"),
                        ],
                        max_length=10,
                        verbose_name="reason",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="since"),
                ),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="for the time being until")),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="lifted at")),
                ("lifted_note", models.CharField(blank=True, max_length=300, verbose_name="why it was lifted")),
            ],
            options={
                "verbose_name": "suppressed address",
                "verbose_name_plural": "suppressed addresses",
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=("channel", "address_digest"),
                        name="address_suppressed_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lifted_at__isnull", True), models.Q(("lifted_note", ""), _negated=True), _connector="OR"
                        ),
                        name="suppression_lifted_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AddressConflict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claims",
                        to="surveys.customer",
                        verbose_name="claimed by",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contested",
                        to="surveys.customer",
                        verbose_name="held by",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "e-mail"), ("sms", "SMS")], max_length=8, verbose_name="channel"
                    ),
                ),
                ("address", models.CharField(max_length=254, verbose_name="address")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="seen at"),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled at")),
            ],
            options={
                "verbose_name": "address conflict",
                "verbose_name_plural": "address conflicts",
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("customer", "channel", "address"), name="address_claimed_once_per_customer"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("kind", models.CharField(max_length=12, verbose_name="kind")),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="digest of file and mapping")),
                ("file_name", models.CharField(max_length=200, verbose_name="file")),
                ("rows_done", models.PositiveIntegerField(default=0, verbose_name="rows done")),
                ("taken", models.PositiveIntegerField(default=0, verbose_name="taken")),
                ("known", models.PositiveIntegerField(default=0, verbose_name="known before")),
                ("rejected", models.PositiveIntegerField(default=0, verbose_name="rejected")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
            ],
            options={
                "verbose_name": "import",
                "verbose_name_plural": "imports",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Journey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("slug", models.SlugField(unique=True, verbose_name="short name")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "state",
                    models.CharField(
                        choices=[("current", "as it is today"), ("future", "as it should be")],
                        default="current",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "template_key",
                    models.CharField(blank=True, editable=False, max_length=40, verbose_name="made from template"),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        blank=True,
                        help_text="The journey of today that this one is the plan for.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="plans",
                        to="surveys.journey",
                        verbose_name="is to follow",
                    ),
                ),
            ],
            options={
                "verbose_name": "journey",
                "verbose_name_plural": "journeys",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Stage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "journey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stages",
                        to="surveys.journey",
                        verbose_name="journey",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("slug", models.SlugField(verbose_name="short name")),
                ("description", models.TextField(blank=True, verbose_name="what the customer wants here")),
                ("position", models.PositiveSmallIntegerField(db_index=True, default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "stage",
                "verbose_name_plural": "stages",
                "ordering": ["journey", "position", "pk"],
                "constraints": [models.UniqueConstraint(fields=("journey", "slug"), name="stage_once_per_journey")],
            },
        ),
        migrations.CreateModel(
            name="ContactPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("is_default", models.BooleanField(default=False, verbose_name="in force")),
                (
                    "survey_after_invitation_days",
                    models.PositiveSmallIntegerField(default=30, verbose_name="same survey, days after an invitation"),
                ),
                (
                    "survey_after_response_days",
                    models.PositiveSmallIntegerField(default=30, verbose_name="same survey, days after an answer"),
                ),
                (
                    "account_after_invitation_days",
                    models.PositiveSmallIntegerField(default=7, verbose_name="any survey, days after an invitation"),
                ),
                (
                    "account_after_response_days",
                    models.PositiveSmallIntegerField(default=14, verbose_name="any survey, days after an answer"),
                ),
                (
                    "cap_count",
                    models.PositiveSmallIntegerField(default=2, verbose_name="at most this many invitations"),
                ),
                ("cap_days", models.PositiveSmallIntegerField(default=90, verbose_name="within days")),
                (
                    "moment_of_truth_skips_survey_clock",
                    models.BooleanField(
                        default=True,
                        help_text="Never the account-wide clocks, the cap or an opt-out.",
                        verbose_name="moments of truth skip the clocks of the same survey",
                    ),
                ),
                (
                    "email_needs_consent",
                    models.BooleanField(
                        default=False,
                        help_text="Off: a customer is asked after a contact unless she said no.",
                        verbose_name="e-mail only after a yes",
                    ),
                ),
                ("sms_needs_consent", models.BooleanField(default=True, verbose_name="SMS only after a yes")),
            ],
            options={
                "verbose_name": "contact policy",
                "verbose_name_plural": "contact policies",
                "ordering": ["-is_default", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)), fields=("is_default",), name="one_policy_is_in_force"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("slug", models.SlugField(unique=True, verbose_name="short name")),
            ],
            options={
                "verbose_name": "source",
                "verbose_name_plural": "sources",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="RejectedEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rejected",
                        to="surveys.source",
                        verbose_name="source",
                    ),
                ),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="received at")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("event_id", models.CharField(blank=True, max_length=100, verbose_name="the sender's id")),
                ("excerpt", models.JSONField(blank=True, default=dict, verbose_name="excerpt")),
            ],
            options={
                "verbose_name": "rejected event",
                "verbose_name_plural": "rejected events",
                "ordering": ["-received_at"],
                "indexes": [models.Index(fields=["-received_at"], name="rejected_newest_first")],
            },
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keys",
                        to="surveys.source",
                        verbose_name="source",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("prefix", models.CharField(editable=False, max_length=16, verbose_name="starts with")),
                ("digest", models.CharField(editable=False, max_length=64, unique=True, verbose_name="digest")),
                ("scopes", models.JSONField(default=list, verbose_name="may")),
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
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires at")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked at")),
                (
                    "last_used_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last used at"),
                ),
            ],
            options={
                "verbose_name": "API key",
                "verbose_name_plural": "API keys",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                ("slug", models.SlugField(unique=True, verbose_name="short name")),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="led_teams",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="lead",
                    ),
                ),
                (
                    "members",
                    models.ManyToManyField(
                        blank=True, related_name="teams", to=settings.AUTH_USER_MODEL, verbose_name="members"
                    ),
                ),
            ],
            options={
                "verbose_name": "team",
                "verbose_name_plural": "teams",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Touchpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "stage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="touchpoints",
                        to="surveys.stage",
                        verbose_name="stage",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "slug",
                    models.SlugField(
                        help_text="Events name the touchpoint by this word.",
                        max_length=80,
                        unique=True,
                        verbose_name="short name",
                    ),
                ),
                (
                    "event_name",
                    models.CharField(
                        blank=True,
                        help_text="What an analytics library (Segment, RudderStack) calls this moment, such as “Order Completed”. Empty: the short name alone.",
                        max_length=200,
                        verbose_name="name of the event",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "website"),
                            ("app", "app"),
                            ("email", "e-mail"),
                            ("phone", "phone"),
                            ("chat", "chat"),
                            ("social", "social media"),
                            ("person", "in person"),
                            ("product", "the product itself"),
                            ("delivery", "delivery"),
                            ("post", "post"),
                        ],
                        default="web",
                        max_length=10,
                        verbose_name="where it happens",
                    ),
                ),
                (
                    "owner_team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="touchpoints",
                        to="surveys.team",
                        verbose_name="owner team",
                    ),
                ),
                (
                    "is_moment_of_truth",
                    models.BooleanField(
                        default=False,
                        help_text="Everybody is asked here, whatever share a rule samples; cases get the stricter clock.",
                        verbose_name="moment of truth",
                    ),
                ),
                (
                    "weight",
                    models.DecimalField(
                        decimal_places=2,
                        default=1,
                        help_text="How much this moment counts in the journey, from 0 to 10.",
                        max_digits=4,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(10),
                        ],
                        verbose_name="weight",
                    ),
                ),
                (
                    "coverage",
                    models.CharField(
                        choices=[("measured", "measured"), ("planned", "planned"), ("not_measured", "not measured")],
                        default="not_measured",
                        max_length=12,
                        verbose_name="coverage",
                    ),
                ),
                (
                    "event_fields",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="A list of names. Empty: all, but e-mail addresses and card numbers in them are struck out.",
                        verbose_name="event attributes that are kept",
                    ),
                ),
                ("functional_need", models.CharField(blank=True, max_length=300, verbose_name="functional need")),
                ("emotional_need", models.CharField(blank=True, max_length=300, verbose_name="emotional need")),
                ("front_stage", models.CharField(blank=True, max_length=300, verbose_name="front stage")),
                ("back_stage", models.CharField(blank=True, max_length=300, verbose_name="back stage")),
                ("systems", models.CharField(blank=True, max_length=300, verbose_name="systems")),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        help_text="In a journey as it should be: the touchpoint of today that this one changes. Empty: it is new.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="successors",
                        to="surveys.touchpoint",
                        verbose_name="takes the place of",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(db_index=True, default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "touchpoint",
                "verbose_name_plural": "touchpoints",
                "ordering": ["stage__journey", "stage__position", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("event_name"),
                        condition=models.Q(("event_name", ""), _negated=True),
                        name="event_name_leads_to_one_touchpoint",
                        violation_error_message="Another touchpoint already listens to an event of this name.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
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
                    "kind",
                    models.CharField(
                        choices=[("invite", "invitation"), ("reminder", "reminder")],
                        default="invite",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "e-mail"),
                            ("sms", "SMS"),
                            ("link", "link"),
                            ("webhook", "own system (webhook)"),
                        ],
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=254, verbose_name="address")),
                ("message_id", models.CharField(blank=True, db_index=True, max_length=200, verbose_name="message id")),
                ("outcome", models.CharField(blank=True, max_length=20, verbose_name="what became of it")),
                ("outcome_at", models.DateTimeField(blank=True, null=True, verbose_name="known since")),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
                "ordering": ["-pk"],
                "abstract": False,
                "indexes": [models.Index(fields=["status", "due_at"], name="delivery_by_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "sent"), _negated=True), ("sent_at__isnull", False), _connector="OR"
                        ),
                        name="surveys_delivery_sent_has_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DeliveryReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("report_id", models.CharField(max_length=64, unique=True, verbose_name="the provider's id")),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="surveys.delivery",
                        verbose_name="delivery",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("delivered", "delivered"),
                            ("deferred", "not delivered yet"),
                            ("bounced", "address does not exist"),
                            ("complained", "reported as spam"),
                            ("unsubscribed", "unsubscribed"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="received at")),
            ],
            options={
                "verbose_name": "report on a delivery",
                "verbose_name_plural": "reports on deliveries",
                "ordering": ["-received_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.CharField(help_text="For staff.", max_length=120, verbose_name="name")),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="short name")),
                (
                    "purpose",
                    models.CharField(
                        choices=[("cx", "customer experience"), ("research", "research"), ("recovery", "after a case")],
                        default="cx",
                        help_text="Research answers open no cases and are never used to contact anybody.",
                        max_length=8,
                        verbose_name="purpose",
                    ),
                ),
                (
                    "legal_basis",
                    models.CharField(
                        choices=[
                            ("interest", "legitimate interest, unless the customer says no"),
                            ("consent", "consent, only after a yes"),
                        ],
                        default="interest",
                        help_text="With consent only those are written to who said yes to the channel. Frozen with each version, so every invitation keeps the basis it was sent on.",
                        max_length=8,
                        verbose_name="legal basis",
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        help_text="What the customer reads at the top.", max_length=200, verbose_name="title"
                    ),
                ),
                ("locale", models.CharField(default="en", max_length=12, verbose_name="language")),
                ("introduction", models.TextField(blank=True, verbose_name="introduction")),
                ("thanks_title", models.CharField(blank=True, max_length=200, verbose_name="thank-you title")),
                ("thanks_text", models.TextField(blank=True, verbose_name="thank-you text")),
                (
                    "accent_colour",
                    models.CharField(
                        default="#0b5d66",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-fA-F]{6}$", "Enter a colour such as #0b5d66."
                            )
                        ],
                        verbose_name="accent colour",
                    ),
                ),
                ("is_anonymous", models.BooleanField(default=False, verbose_name="anonymous")),
                (
                    "privacy_notice",
                    models.TextField(
                        blank=True,
                        default=surveys.models.survey.default_privacy_notice,
                        help_text="What happens with the answers, in a sentence or two; customers read it above the button.",
                        verbose_name="privacy notice",
                    ),
                ),
                (
                    "link_valid_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(365),
                        ],
                        verbose_name="link valid for (days)",
                    ),
                ),
                (
                    "edit_window_hours",
                    models.PositiveSmallIntegerField(default=24, verbose_name="answer may be changed for (hours)"),
                ),
                (
                    "other_locales",
                    models.JSONField(blank=True, default=list, editable=False, verbose_name="further languages"),
                ),
                (
                    "rotation_percent",
                    models.PositiveSmallIntegerField(
                        default=100,
                        help_text="Of each rotation slot such a share of people sees one question, and always the same one.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="share that gets a rotating question (%)",
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
            ],
            options={
                "verbose_name": "survey",
                "verbose_name_plural": "surveys",
                "ordering": ["name"],
                "permissions": [("publish_survey", "Can publish surveys")],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="surveys.survey",
                        verbose_name="survey",
                    ),
                ),
                (
                    "key",
                    models.SlugField(
                        blank=True,
                        help_text="Names this question in exports for ever; filled in for you.",
                        max_length=40,
                        verbose_name="key",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("nps", "recommendation 0–10 (NPS)"),
                            ("csat", "satisfaction 1–5 (CSAT)"),
                            ("ces", "ease 1–7 (CES 2.0)"),
                            ("rating", "rating 1–5"),
                            ("single", "one choice"),
                            ("multiple", "several choices"),
                            ("yes_no", "yes or no"),
                            ("text", "text"),
                        ],
                        default="nps",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("text", models.CharField(max_length=500, verbose_name="question")),
                ("help_text", models.CharField(blank=True, max_length=300, verbose_name="help")),
                ("low_label", models.CharField(blank=True, max_length=80, verbose_name="label of the lowest")),
                ("high_label", models.CharField(blank=True, max_length=80, verbose_name="label of the highest")),
                ("is_required", models.BooleanField(default=False, verbose_name="required")),
                (
                    "page",
                    models.PositiveSmallIntegerField(
                        default=1, validators=[django.core.validators.MinValueValidator(1)], verbose_name="page"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(db_index=True, default=0, verbose_name="position")),
                (
                    "rotation_slot",
                    models.SlugField(
                        blank=True,
                        db_index=False,
                        help_text="Of all questions with the same word here one person sees one; leave it empty to ask everybody.",
                        max_length=40,
                        verbose_name="rotation slot",
                    ),
                ),
                (
                    "show_if_question",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="shows",
                        to="surveys.question",
                        verbose_name="show only if",
                    ),
                ),
                (
                    "show_if_operator",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("is", "is"),
                            ("is_not", "is not"),
                            ("at_least", "is at least"),
                            ("at_most", "is at most"),
                            ("answered", "was answered"),
                            ("not_answered", "was not answered"),
                        ],
                        max_length=12,
                        verbose_name="condition",
                    ),
                ),
                ("show_if_value", models.CharField(blank=True, max_length=100, verbose_name="value")),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
                "ordering": ["survey", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("survey", "key"), name="question_key_once_per_survey"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("show_if_question__isnull", True),
                            models.Q(("show_if_operator", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="question_condition_names_its_operator",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Choice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="choices",
                        to="surveys.question",
                        verbose_name="question",
                    ),
                ),
                ("key", models.SlugField(blank=True, max_length=40, verbose_name="key")),
                ("text", models.CharField(max_length=200, verbose_name="text")),
                ("position", models.PositiveSmallIntegerField(db_index=True, default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "choice",
                "verbose_name_plural": "choices",
                "ordering": ["question", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("question", "key"), name="choice_key_once_per_question")
                ],
            },
        ),
        migrations.CreateModel(
            name="Discarded",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "survey",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="discarded",
                        to="surveys.survey",
                        verbose_name="survey",
                    ),
                ),
                ("name", models.CharField(max_length=500, verbose_name="name")),
                ("content", models.JSONField(verbose_name="content")),
                ("discarded_at", models.DateTimeField(db_index=True, verbose_name="deleted at")),
                (
                    "discarded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="deleted by",
                    ),
                ),
            ],
            options={
                "verbose_name": "deleted draft",
                "verbose_name_plural": "deleted drafts",
                "ordering": ["-discarded_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="CollectionLink",
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
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "touchpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="surveys.touchpoint",
                        verbose_name="touchpoint",
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="surveys.survey",
                        verbose_name="survey",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("link", "link"), ("qr", "QR code")],
                        default="qr",
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                ("is_open", models.BooleanField(default=True, verbose_name="open")),
            ],
            options={
                "verbose_name": "link or QR code",
                "verbose_name_plural": "links and QR codes",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="SurveyText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="texts",
                        to="surveys.survey",
                        verbose_name="survey",
                    ),
                ),
                ("locale", models.CharField(max_length=12, verbose_name="language")),
                ("place", models.CharField(max_length=120, verbose_name="place")),
                ("text", models.TextField(verbose_name="text")),
                ("source", models.TextField(verbose_name="translated from")),
            ],
            options={
                "verbose_name": "translated text",
                "verbose_name_plural": "translated texts",
                "ordering": ["survey", "locale", "place"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("survey", "locale", "place"), name="text_once_per_place_and_language"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="text_is_left_out_rather_than_empty"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TriggerRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "touchpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules",
                        to="surveys.touchpoint",
                        verbose_name="touchpoint",
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules",
                        to="surveys.survey",
                        verbose_name="survey",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "e-mail"),
                            ("sms", "SMS"),
                            ("link", "link"),
                            ("webhook", "own system (webhook)"),
                        ],
                        default="email",
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                ("is_active", models.BooleanField(default=False, verbose_name="active")),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        default=100,
                        help_text="When several rules would ask, the smallest number asks.",
                        verbose_name="priority",
                    ),
                ),
                (
                    "reserves_ask",
                    models.BooleanField(
                        default=False,
                        help_text="Less important rules leave this one an ask under the cap, so that it is not crowded out.",
                        verbose_name="keeps one ask free",
                    ),
                ),
                ("delay_minutes", models.PositiveIntegerField(default=0, verbose_name="wait (minutes)")),
                (
                    "sampling_percent",
                    models.DecimalField(
                        decimal_places=2,
                        default=100,
                        help_text="The same people stay in or out of the sample.",
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="share asked (%)",
                    ),
                ),
                (
                    "sampling_wave",
                    models.CharField(
                        blank=True,
                        help_text="A new word here draws a new sample.",
                        max_length=20,
                        verbose_name="sampling wave",
                    ),
                ),
                (
                    "quiet_from",
                    models.TimeField(
                        blank=True, help_text="In the customer's own time.", null=True, verbose_name="quiet from"
                    ),
                ),
                ("quiet_until", models.TimeField(blank=True, null=True, verbose_name="quiet until")),
                (
                    "weekdays",
                    models.JSONField(
                        blank=True,
                        default=surveys.models.trigger.every_day,
                        help_text="0 is Monday, 6 is Sunday.",
                        verbose_name="weekdays",
                    ),
                ),
                (
                    "window_hours",
                    models.PositiveIntegerField(
                        default=72,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="too late after (hours)",
                    ),
                ),
                (
                    "reminder_after_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        default=3,
                        help_text="Once. Empty: never.",
                        null=True,
                        verbose_name="remind after (days)",
                    ),
                ),
                (
                    "date_field",
                    models.CharField(
                        blank=True,
                        help_text="An attribute that holds a day, such as renewal_on: 2027-03-01. Empty: the rule waits for events.",
                        max_length=80,
                        validators=[
                            django.core.validators.RegexValidator(
                                '^[^"\\\\]*$', "A name without quotation marks and backslashes."
                            )
                        ],
                        verbose_name="date of the customer",
                    ),
                ),
                (
                    "days_before",
                    models.SmallIntegerField(
                        default=30,
                        help_text="30 asks thirty days before, 0 on the day, -7 a week after.",
                        validators=[
                            django.core.validators.MinValueValidator(-3650),
                            django.core.validators.MaxValueValidator(3650),
                        ],
                        verbose_name="days before it",
                    ),
                ),
                ("dates_report", models.JSONField(blank=True, default=dict, editable=False)),
                ("dates_looked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="from")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
            ],
            options={
                "verbose_name": "trigger rule",
                "verbose_name_plural": "trigger rules",
                "ordering": ["touchpoint", "priority", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                            models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="quiet_hours_have_both_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_at__isnull", True),
                            ("ends_at__isnull", True),
                            ("ends_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="rule_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days_before__range", (-3650, 3650))), name="rule_waits_ten_years_at_most"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TouchpointEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="surveys.source",
                        verbose_name="source",
                    ),
                ),
                ("event_id", models.CharField(max_length=100, verbose_name="the sender's id")),
                (
                    "touchpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="surveys.touchpoint",
                        verbose_name="touchpoint",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="events",
                        to="surveys.customer",
                        verbose_name="customer",
                    ),
                ),
                ("occurred_at", models.DateTimeField(verbose_name="happened at")),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="received at")),
                ("attributes", models.JSONField(blank=True, default=dict, verbose_name="attributes")),
                (
                    "called_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="surveys.triggerrule",
                        verbose_name="called by the rule",
                    ),
                ),
                (
                    "due_on",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="the customer's date that called"
                    ),
                ),
                (
                    "fingerprint",
                    models.CharField(editable=False, max_length=64, verbose_name="fingerprint of the content"),
                ),
                ("handled_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="decided at")),
                ("leased_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("parked_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="set aside at")),
                ("last_error", models.CharField(blank=True, editable=False, max_length=500, verbose_name="last error")),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "ordering": ["-occurred_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("handled_at__isnull", True)), fields=["received_at"], name="event_unhandled"
                    ),
                    models.Index(fields=["customer", "-occurred_at"], name="event_by_customer"),
                    models.Index(fields=["touchpoint", "-occurred_at"], name="event_by_touchpoint"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "event_id"), name="event_once_per_source"),
                    models.CheckConstraint(
                        condition=models.Q(("called_by__isnull", True), ("due_on__isnull", False), _connector="OR"),
                        name="event_of_a_date_names_the_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("event_id", ""), _negated=True), name="event_has_the_senders_id"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="surveys.touchpointevent",
                        verbose_name="event",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="surveys.triggerrule",
                        verbose_name="rule",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("ask", "asked"), ("skip", "not asked")], max_length=4, verbose_name="outcome"
                    ),
                ),
                ("reason", models.CharField(max_length=40, verbose_name="reason")),
                ("sentence", models.CharField(max_length=400, verbose_name="in words")),
                ("trace", models.JSONField(default=list, verbose_name="every check")),
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="decided at")),
            ],
            options={
                "verbose_name": "decision",
                "verbose_name_plural": "decisions",
                "ordering": ["-decided_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("event", "rule"), name="decision_once_per_event_and_rule")
                ],
            },
        ),
        migrations.CreateModel(
            name="TriggerCondition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conditions",
                        to="surveys.triggerrule",
                        verbose_name="rule",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[("event", "event"), ("customer", "customer")],
                        default="event",
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
            ],
            options={
                "verbose_name": "condition",
                "verbose_name_plural": "conditions",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="SurveyVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="surveys.survey",
                        verbose_name="survey",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("definition", models.JSONField(verbose_name="definition")),
                ("checksum", models.CharField(max_length=64, verbose_name="checksum")),
                ("published_at", models.DateTimeField(verbose_name="published at")),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="published by",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="what changed")),
            ],
            options={
                "verbose_name": "published version",
                "verbose_name_plural": "published versions",
                "ordering": ["survey", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("survey", "number"), name="version_number_once_per_survey")
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="surveys.touchpointevent",
                        verbose_name="event",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="invitations",
                        to="surveys.triggerrule",
                        verbose_name="rule",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="surveys.surveyversion",
                        verbose_name="survey version",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="invitations",
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
                        related_name="invitations",
                        to="surveys.touchpoint",
                        verbose_name="touchpoint",
                    ),
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
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                (
                    "token_nonce",
                    models.CharField(default=vocplatform.lib.tokens.new_nonce, editable=False, max_length=32),
                ),
                ("token_digest", models.CharField(editable=False, max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("issued", "waiting for an answer"),
                            ("answered", "answered"),
                            ("expired", "expired"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="issued",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("due_at", models.DateTimeField(verbose_name="due at")),
                ("expires_at", models.DateTimeField(verbose_name="valid until")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                ("remind_at", models.DateTimeField(blank=True, null=True, verbose_name="remind at")),
                ("is_test", models.BooleanField(default=False, verbose_name="test")),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["customer", "-created_at"], name="invitation_by_customer"),
                    models.Index(
                        condition=models.Q(("status", "issued")), fields=["expires_at"], name="invitation_open_by_end"
                    ),
                    models.Index(
                        condition=models.Q(("remind_at__isnull", False), ("status", "issued")),
                        fields=["remind_at"],
                        name="invitation_to_remind",
                    ),
                    models.Index(fields=["touchpoint", "created_at"], name="invitation_by_touchpoint"),
                    models.Index(fields=["created_at"], name="invitation_by_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("token_digest",), name="invitation_by_its_secret"),
                    models.UniqueConstraint(fields=("event", "rule"), name="invitation_once_per_event_and_rule"),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("due_at"))), name="invitation_ends_after_due"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="delivery",
            name="invitation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="surveys.invitation",
                verbose_name="invitation",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("invitation", "kind"), name="delivery_once_per_invitation_and_kind"
            ),
        ),
        migrations.AddField(
            model_name="survey",
            name="live_version",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="surveys.surveyversion",
            ),
        ),
    ]
