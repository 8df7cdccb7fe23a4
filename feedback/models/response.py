import uuid
from datetime import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from feedback.models.reading import Reading
from feedback.models.standing import Standing, standing_is
from surveys.models import Channel
from vocplatform.lib.indexes import ContainsIndex, WordsIndex

MAX_ATTEMPTS = 5


class ResponseQuerySet(models.QuerySet):
    def complete(self):
        return self.filter(submitted_at__isnull=False)

    def unscored(self, before: datetime):
        waiting = self.complete().filter(scored_at__isnull=True, parked_at__isnull=True, submitted_at__lt=before)
        return waiting.order_by("submitted_at")

    def untriaged(self, before: datetime):
        waiting = self.filter(scored_at__lt=before, triaged_at__isnull=True, parked_at__isnull=True)
        return waiting.order_by("scored_at")

    def parked(self):
        return self.filter(parked_at__isnull=False)

    def unthemed(self):
        """Scored responses that have not been searched for themes since."""
        return self.filter(scored_at__isnull=False, themed_at__isnull=True)

    def themed_before(self, changed_at: datetime):
        """Responses that were searched with earlier themes."""
        return self.filter(scored_at__isnull=False, themed_at__lt=changed_at)

    def read_by_another(self, engine: str, version: str):
        """Responses with a comment whose current reading is from another engine, or from another version of this."""
        readings = Reading.objects.filter(answer__response=OuterRef("pk"), is_current=True)
        return self.filter(Exists(readings.exclude(engine=engine, engine_version=version)))

    def counted(self):
        """The answers that headline figures rest on: complete, real, unflagged, asked about an experience."""
        return self.complete().filter(standing_is(Standing.COUNTED))


class Response(models.Model):
    class SourceType(models.TextChoices):
        SURVEY = "survey", _("survey")
        IMPORT = "import", _("import")
        API = "api", _("API")
        SOCIAL = "social", _("social media")
        INTERVIEW = "interview", _("interview")

    # Survey and touchpoint lead an index with the time; one of their own would only slow down every answer.
    survey = models.ForeignKey(
        "surveys.Survey", models.PROTECT, related_name="responses", verbose_name=_("survey"), db_index=False
    )
    version = models.ForeignKey(
        "surveys.SurveyVersion", models.PROTECT, related_name="responses", verbose_name=_("survey version")
    )
    invitation = models.OneToOneField(
        "surveys.Invitation",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="response",
        verbose_name=_("invitation"),
    )
    link = models.ForeignKey(
        "surveys.CollectionLink",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="responses",
        verbose_name=_("link"),
    )
    customer = models.ForeignKey(
        "surveys.Customer", models.SET_NULL, null=True, blank=True, related_name="responses", verbose_name=_("customer")
    )
    touchpoint = models.ForeignKey(
        "surveys.Touchpoint",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="responses",
        verbose_name=_("touchpoint"),
        db_index=False,
    )
    submission_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source_type = models.CharField(_("came by"), max_length=10, choices=SourceType, default=SourceType.SURVEY)
    external_ref = models.CharField(_("the sender's id"), max_length=120, null=True, blank=True)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, default=Channel.LINK)
    locale = models.CharField(_("language"), max_length=12, blank=True)
    started_at = models.DateTimeField(_("started at"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    edited_at = models.DateTimeField(_("changed at"), null=True, blank=True)
    seconds_taken = models.PositiveIntegerField(_("seconds taken"), null=True, blank=True)
    flags = models.JSONField(_("remarks on quality"), default=list, blank=True)
    is_flagged = models.BooleanField(_("left out of figures"), default=False)
    is_test = models.BooleanField(_("test"), default=False)
    scored_at = models.DateTimeField(_("scored at"), null=True, blank=True, editable=False)
    triaged_at = models.DateTimeField(_("triaged at"), null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)  # of scoring, then of triage
    parked_at = models.DateTimeField(_("set aside at"), null=True, blank=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=200, blank=True, editable=False)
    themed_at = models.DateTimeField(_("searched for themes at"), null=True, blank=True, editable=False)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        permissions = [("export_response", _("Can export responses"))]
        constraints = [
            models.UniqueConstraint(fields=["source_type", "external_ref"], name="response_once_per_senders_id"),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | Q(submitted_at__gte=F("started_at")),
                name="response_ends_after_it_starts",
            ),
        ]
        indexes = [
            models.Index(fields=["-submitted_at", "-id"], name="response_newest_first"),
            models.Index(fields=["touchpoint", "-submitted_at"], name="response_by_touchpoint"),
            models.Index(fields=["survey", "-submitted_at"], name="response_by_survey"),
            models.Index(fields=["started_at"], condition=Q(link__isnull=False), name="response_by_link_day"),
            models.Index(
                fields=["submitted_at"],
                condition=Q(scored_at__isnull=True, submitted_at__isnull=False),
                name="response_unscored",
            ),
            models.Index(
                fields=["scored_at"],
                condition=Q(triaged_at__isnull=True, scored_at__isnull=False),
                name="response_untriaged",
            ),
            models.Index(fields=["parked_at"], condition=Q(parked_at__isnull=False), name="response_parked"),
            models.Index(
                fields=["themed_at"], condition=Q(scored_at__isnull=False), name="response_by_search_for_themes"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Answer(models.Model):
    """One answered question, by key and choice key; the wording is in the response's version."""

    response = models.ForeignKey(
        Response, models.CASCADE, related_name="answers", verbose_name=_("response"), db_index=False
    )
    question_key = models.CharField(_("question"), max_length=40)
    kind = models.CharField(_("kind"), max_length=8)
    number = models.SmallIntegerField(_("number"), null=True, blank=True)
    text = models.TextField(_("text"), null=True, blank=True)
    choices = models.JSONField(_("choices"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(fields=["response", "question_key"], name="answer_once_per_question"),
            models.CheckConstraint(
                condition=Q(number__isnull=False) | Q(text__isnull=False) | Q(choices__isnull=False),
                name="answer_says_something",
            ),
        ]
        indexes = [
            ContainsIndex(fields=["text"], condition=Q(kind="text"), name="answer_by_its_words"),
            WordsIndex(fields=["text"], condition=Q(kind="text"), name="answer_words"),
        ]

    def __str__(self) -> str:
        return f"{self.question_key}: {self.value}"

    @property
    def value(self) -> int | str | list[str] | None:
        if self.number is not None:
            return self.number
        return self.text if self.text is not None else self.choices


class SetAsideAnswer(models.Model):
    """What was sent but does not count, with the reason: off the path, unknown, or sent a second time."""

    class Reason(models.TextChoices):
        HIDDEN = "hidden", _("the question was not shown")
        UNKNOWN = "unknown", _("no such question")
        DISPUTED = "disputed", _("sent after the first answer")
        WITHDRAWN = "withdrawn", _("taken back by the customer")

    response = models.ForeignKey(Response, models.CASCADE, related_name="set_aside", verbose_name=_("response"))
    question_key = models.CharField(_("question"), max_length=100)
    value = models.JSONField(_("value"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    created_at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("answer set aside")
        verbose_name_plural = _("answers set aside")

    def __str__(self) -> str:
        return f"{self.question_key}: {self.get_reason_display()}"


class AnswerRevision(models.Model):
    """What an answer said before the customer changed it."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="revisions", verbose_name=_("answer"))
    previous = models.JSONField(_("said before"))
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        ordering = ["-changed_at", "-pk"]
        verbose_name = _("earlier wording of an answer")
        verbose_name_plural = _("earlier wordings of answers")

    def __str__(self) -> str:
        return f"{self.answer_id} {self.changed_at:%Y-%m-%d %H:%M}"
