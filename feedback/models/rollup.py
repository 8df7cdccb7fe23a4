from django.db import models
from django.utils.translation import gettext_lazy as _


class Rollup(models.Model):
    """How many customers gave this value, on this day, here. Additive: every score is exact from these rows."""

    on = models.DateField(_("day"))
    survey = models.ForeignKey("surveys.Survey", models.CASCADE, related_name="+", verbose_name=_("survey"))
    version = models.ForeignKey("surveys.SurveyVersion", models.CASCADE, related_name="+", verbose_name=_("version"))
    touchpoint_key = models.BigIntegerField(_("touchpoint"), default=0)  # 0: none, so that the key below stays unique
    channel = models.CharField(_("channel"), max_length=8)
    question_key = models.CharField(_("question"), max_length=40)
    kind = models.CharField(_("kind"), max_length=12)
    value = models.SmallIntegerField(_("value"))
    n = models.PositiveIntegerField(_("number of answers"))

    class Meta:
        verbose_name = _("roll-up")
        verbose_name_plural = _("roll-ups")
        constraints = [
            models.UniqueConstraint(
                fields=["on", "version", "touchpoint_key", "channel", "question_key", "kind", "value"],
                name="rollup_counts_each_value_once",
            ),
        ]
        indexes = [models.Index(fields=["kind", "on"], name="rollup_by_kind_and_day")]

    def __str__(self) -> str:
        return f"{self.on} {self.question_key} {self.value}: {self.n}"


class DirtyBucket(models.Model):
    """A day at a touchpoint whose roll-ups must be counted again."""

    on = models.DateField(_("day"))
    version = models.ForeignKey("surveys.SurveyVersion", models.CASCADE, related_name="+", verbose_name=_("version"))
    touchpoint_key = models.BigIntegerField(_("touchpoint"), default=0)
    channel = models.CharField(_("channel"), max_length=8)
    marked_at = models.DateTimeField(_("marked at"))

    class Meta:
        verbose_name = _("bucket to count again")
        verbose_name_plural = _("buckets to count again")
        constraints = [
            models.UniqueConstraint(fields=["on", "version", "touchpoint_key", "channel"], name="bucket_marked_once")
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.version_id} {self.touchpoint_key}"
