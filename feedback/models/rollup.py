import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models.standing import Standing

BIN_FIELDS = tuple(f"bin_{value}" for value in range(11))
CHOICE_PLACE = ["on", "version", "touchpoint_key", "channel", "standing", "question_key", "choice_key"]
NO_TOUCHPOINT = 0  # null would not be unique


class Bucket(models.Model):
    """What is counted together: one day of one survey version at one touchpoint over one channel."""

    on = models.DateField(_("day"))
    version = models.ForeignKey("surveys.SurveyVersion", models.CASCADE, related_name="+", verbose_name=_("version"))
    touchpoint_key = models.BigIntegerField(_("touchpoint"), default=NO_TOUCHPOINT)
    channel = models.CharField(_("channel"), max_length=8)

    class Meta:
        abstract = True

    @property
    def key(self) -> dict:
        return {field: getattr(self, field) for field in ("on", "version_id", "touchpoint_key", "channel")}


class AnswerCounts(Bucket):
    """How many answers have which value. Histograms add up, so every score and interval is exact from these rows.

    `bin_7` counts sevens; for a comment the bin is the place of its label in `metrics.sentiment.LABELS`.
    The row of kind "response" has no question and counts the responses themselves; the one of kind "conflict" counts
    comments that contradict their score, in the order of `Conflict`.
    """

    RESPONSES = "response"
    CONFLICTS, CONFLICT_KEY = "conflict", "!"  # no question is named so

    survey = models.ForeignKey("surveys.Survey", models.CASCADE, related_name="+", verbose_name=_("survey"))
    standing = models.CharField(_("standing"), max_length=10, choices=Standing, default=Standing.COUNTED)
    question_key = models.CharField(_("question"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=8)
    is_lead = models.BooleanField(_("first question of its kind"), default=False)
    is_opening = models.BooleanField(_("first scale of the survey"), default=False)
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    answers = models.PositiveIntegerField(_("number of answers"))
    bin_0 = models.PositiveIntegerField(default=0)
    bin_1 = models.PositiveIntegerField(default=0)
    bin_2 = models.PositiveIntegerField(default=0)
    bin_3 = models.PositiveIntegerField(default=0)
    bin_4 = models.PositiveIntegerField(default=0)
    bin_5 = models.PositiveIntegerField(default=0)
    bin_6 = models.PositiveIntegerField(default=0)
    bin_7 = models.PositiveIntegerField(default=0)
    bin_8 = models.PositiveIntegerField(default=0)
    bin_9 = models.PositiveIntegerField(default=0)
    bin_10 = models.PositiveIntegerField(default=0)

    class Meta(Bucket.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.on} {self.question_key or self.kind}: {self.answers}"


class Rollup(AnswerCounts):
    class Meta:
        verbose_name = _("roll-up")
        verbose_name_plural = _("roll-ups")
        constraints = [
            models.UniqueConstraint(
                fields=["on", "version", "touchpoint_key", "channel", "standing", "question_key"],
                name="rollup_counts_each_question_once",
            ),
        ]
        indexes = [models.Index(fields=["kind", "on"], name="rollup_by_kind_and_day")]


class SegmentRollup(AnswerCounts):
    """The same for the answers of one segment's members."""

    segment = models.ForeignKey("feedback.Segment", models.CASCADE, related_name="+", verbose_name=_("segment"))

    class Meta:
        verbose_name = _("roll-up of a segment")
        verbose_name_plural = _("roll-ups of segments")
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "on", "version", "touchpoint_key", "channel", "standing", "question_key"],
                name="segment_counts_each_question_once",
            ),
        ]
        indexes = [models.Index(fields=["segment", "kind", "on"], name="segment_rollup_by_kind")]


class TrafficCounts(Bucket):
    """What became of the invitations issued on a day, and of the visits that came by link or QR code on that day."""

    survey = models.ForeignKey("surveys.Survey", models.CASCADE, related_name="+", verbose_name=_("survey"))
    invited = models.PositiveIntegerField(_("invited"), default=0)
    delivered = models.PositiveIntegerField(_("delivered"), default=0)
    started = models.PositiveIntegerField(_("started"), default=0)
    finished = models.PositiveIntegerField(_("finished"), default=0)
    link_started = models.PositiveIntegerField(_("started by link"), default=0)
    link_finished = models.PositiveIntegerField(_("finished by link"), default=0)

    class Meta(Bucket.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.on}: {self.finished}/{self.invited}"


class TrafficRollup(TrafficCounts):
    class Meta:
        verbose_name = _("roll-up of invitations")
        verbose_name_plural = _("roll-ups of invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["on", "version", "touchpoint_key", "channel"], name="traffic_counted_once_per_bucket"
            ),
        ]


class SegmentTraffic(TrafficCounts):
    """The same for the members of one segment."""

    segment = models.ForeignKey("feedback.Segment", models.CASCADE, related_name="+", verbose_name=_("segment"))

    class Meta:
        verbose_name = _("roll-up of a segment's invitations")
        verbose_name_plural = _("roll-ups of segments' invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "on", "version", "touchpoint_key", "channel"],
                name="segment_traffic_once_per_bucket",
            ),
        ]


class CommentRollup(Bucket):
    """How many responses speak of what. A response counts once per subject, however many comments it has.

    `subject` is a theme's key, an intent, or empty. The bins are places of labels in `metrics.sentiment.LABELS`.
    """

    class About(models.TextChoices):
        COMMENTED = "commented", _("wrote a comment")
        SEARCHED = "searched", _("wrote in a language in which themes are looked for")
        THEME = "theme", _("speaks of a theme")
        INTENT = "intent", _("asks this of us")

    survey = models.ForeignKey("surveys.Survey", models.CASCADE, related_name="+", verbose_name=_("survey"))
    standing = models.CharField(_("standing"), max_length=10, choices=Standing, default=Standing.COUNTED)
    about = models.CharField(_("about"), max_length=9, choices=About)
    subject = models.CharField(_("subject"), max_length=20, blank=True)
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    responses = models.PositiveIntegerField(_("responses"))
    wishes = models.PositiveIntegerField(_("wishes of promoters"), default=0)
    bin_0 = models.PositiveIntegerField(default=0)
    bin_1 = models.PositiveIntegerField(default=0)
    bin_2 = models.PositiveIntegerField(default=0)
    bin_3 = models.PositiveIntegerField(default=0)
    bin_4 = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("roll-up of comments")
        verbose_name_plural = _("roll-ups of comments")
        constraints = [
            models.UniqueConstraint(
                fields=["on", "version", "touchpoint_key", "channel", "standing", "about", "subject"],
                name="comments_counted_once_per_subject",
            ),
        ]
        indexes = [models.Index(fields=["about", "on"], name="comments_by_subject_and_day")]

    def __str__(self) -> str:
        return f"{self.on} {self.about} {self.subject}: {self.responses}"


class ChoiceCounts(Bucket):
    """How many respondents chose what; the row without a choice counts everybody who answered the question."""

    ANYTHING = ""

    survey = models.ForeignKey("surveys.Survey", models.CASCADE, related_name="+", verbose_name=_("survey"))
    standing = models.CharField(_("standing"), max_length=10, choices=Standing, default=Standing.COUNTED)
    question_key = models.CharField(_("question"), max_length=40)
    choice_key = models.CharField(_("choice"), max_length=40, blank=True)
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    answers = models.PositiveIntegerField(_("number of respondents"))

    class Meta(Bucket.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.on} {self.question_key}/{self.choice_key}: {self.answers}"


class ChoiceRollup(ChoiceCounts):
    class Meta:
        verbose_name = _("roll-up of choices")
        verbose_name_plural = _("roll-ups of choices")
        constraints = [
            models.UniqueConstraint(
                fields=CHOICE_PLACE,
                name="choice_counted_once_per_bucket",
            ),
        ]
        indexes = [models.Index(fields=["survey", "on"], name="choices_by_survey_and_day")]


class SegmentChoiceRollup(ChoiceCounts):
    """The same for the members of one segment."""

    segment = models.ForeignKey("feedback.Segment", models.CASCADE, related_name="+", verbose_name=_("segment"))

    class Meta:
        verbose_name = _("roll-up of a segment's choices")
        verbose_name_plural = _("roll-ups of segments' choices")
        constraints = [
            models.UniqueConstraint(
                fields=["segment", *CHOICE_PLACE],
                name="segment_choice_counted_once",
            ),
        ]
        indexes = [models.Index(fields=["segment", "survey", "on"], name="segment_choices_by_survey")]


def new_token() -> int:
    return secrets.randbits(62)


class DirtyBucketQuerySet(models.QuerySet):
    def waiting(self):
        return self.order_by("marked_at", "pk")


class DirtyBucket(Bucket):
    """A bucket that must be counted again; the row goes when that has been done."""

    marked_at = models.DateTimeField(_("marked at"))
    token = models.BigIntegerField(default=new_token, db_default=0, editable=False)  # another one with every mark

    objects = DirtyBucketQuerySet.as_manager()

    class Meta:
        verbose_name = _("bucket to count again")
        verbose_name_plural = _("buckets to count again")
        constraints = [
            models.UniqueConstraint(fields=["on", "version", "touchpoint_key", "channel"], name="bucket_marked_once")
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.version_id} {self.touchpoint_key}"


class Recount(models.Model):
    """A nightly comparison of the roll-ups with the rows themselves; a mismatch is repaired and stays on record."""

    checked_at = models.DateTimeField(_("checked at"))
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("to"))
    buckets = models.PositiveIntegerField(_("buckets checked"))
    wrong = models.PositiveIntegerField(_("buckets that were wrong"))
    rule = models.PositiveSmallIntegerField(
        _("rule of counting"), null=True, blank=True, help_text=_("Which answers this version of the program counts.")
    )

    class Meta:
        ordering = ["-checked_at"]
        verbose_name = _("recount")
        verbose_name_plural = _("recounts")

    def __str__(self) -> str:
        return f"{self.checked_at:%Y-%m-%d %H:%M}"
