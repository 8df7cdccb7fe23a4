from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Conflict(models.TextChoices):
    """A comment that says the opposite of the score beside it. It changes no figure: one of the two was misread."""

    COMMENT_IS_WORSE = "comment_is_worse", _("comment worse than its score")
    COMMENT_IS_BETTER = "comment_is_better", _("comment better than its score")


class Reading(models.Model):
    """What one engine read in one comment. A comment nobody can read is not scored, never neutral."""

    class Status(models.TextChoices):
        SCORED = "scored", _("scored")
        NOT_SCORED = "not_scored", _("not scored")

    class Label(models.TextChoices):
        NEGATIVE = "negative", _("negative")
        NEUTRAL = "neutral", _("neutral")
        POSITIVE = "positive", _("positive")
        MIXED = "mixed", _("mixed")

    class Intent(models.TextChoices):
        RESPONSE_NEEDED = "response_needed", _("response needed")
        SUGGESTION = "suggestion", _("suggestion")
        PRAISE = "praise", _("praise")
        OTHER = "other", _("other")

    answer = models.ForeignKey(
        "feedback.Answer", models.CASCADE, related_name="readings", verbose_name=_("answer"), db_index=False
    )
    engine = models.CharField(_("engine"), max_length=40)
    engine_version = models.CharField(_("engine version"), max_length=40)
    is_current = models.BooleanField(_("current"), default=True)
    status = models.CharField(_("status"), max_length=10, choices=Status)
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    compound = models.FloatField(_("compound"), null=True, blank=True, help_text=_("From -1 (bad) to 1 (good)."))
    p_negative = models.FloatField(_("probability of negative"), null=True, blank=True)
    p_positive = models.FloatField(_("probability of positive"), null=True, blank=True)
    label = models.CharField(_("label"), max_length=8, choices=Label, blank=True)
    intent = models.CharField(_("what it asks of us"), max_length=16, choices=Intent, blank=True)
    flags = models.JSONField(
        _("remarks"), default=list, blank=True, help_text=_("For example sarcasm, or a score that says the opposite.")
    )
    conflict = models.CharField(
        _("against the score"), max_length=20, choices=Conflict, blank=True, default="", db_default=""
    )
    spans = models.JSONField(_("the words that decided"), default=list, blank=True)
    scored_at = models.DateTimeField(_("read at"), default=timezone.now)

    class Meta:
        ordering = ["answer", "-is_current", "-scored_at"]
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "engine", "engine_version"], name="reading_once_per_engine_version"
            ),
            models.UniqueConstraint(fields=["answer"], condition=Q(is_current=True), name="one_reading_is_current"),
            models.CheckConstraint(
                condition=Q(status="scored", compound__isnull=False) & ~Q(label="")
                | Q(status="not_scored", compound__isnull=True, label=""),
                name="unscored_comment_has_no_label",
            ),
        ]
        indexes = [
            models.Index(
                fields=["answer"], condition=Q(is_current=True) & ~Q(conflict=""), name="reading_against_its_score"
            )
        ]

    def __str__(self) -> str:
        return self.label or self.get_status_display()


class CorrectionQuerySet(models.QuerySet):
    def in_force(self):
        """Those that still speak for their comment; of several the newest counts."""
        return self.filter(lapsed_at__isnull=True).order_by("-corrected_at", "-pk")


class Correction(models.Model):
    """What a person says the comment means; it counts at once and is never overwritten, only followed."""

    answer = models.ForeignKey("feedback.Answer", models.CASCADE, related_name="corrections", verbose_name=_("answer"))
    reading = models.ForeignKey(
        Reading, models.SET_NULL, null=True, blank=True, related_name="corrections", verbose_name=_("reading")
    )
    label = models.CharField(_("label"), max_length=8, choices=Reading.Label)
    conflict = models.CharField(
        _("against the score"), max_length=20, choices=Conflict, blank=True, default="", db_default=""
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("corrected by")
    )
    corrected_at = models.DateTimeField(_("corrected at"), default=timezone.now)
    lapsed_at = models.DateTimeField(
        _("no longer in force since"),
        null=True,
        blank=True,
        help_text=_("When somebody took it back, or the customer wrote something else."),
    )
    lapsed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-corrected_at", "-pk"]
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = [
            models.CheckConstraint(
                condition=Q(lapsed_by__isnull=True) | Q(lapsed_at__isnull=False),
                name="correction_taken_back_has_lapsed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.label}"
