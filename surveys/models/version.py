from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class FrozenRow(Exception):
    """A published version never changes."""


class SurveyVersionQuerySet(models.QuerySet):
    def with_answers(self):
        """Each version with the number of complete answers to it, tests left out."""
        counted = models.Q(responses__submitted_at__isnull=False, responses__is_test=False)
        return self.annotate(answers=models.Count("responses", filter=counted))


class SurveyVersion(models.Model):
    survey = models.ForeignKey("surveys.Survey", models.PROTECT, related_name="versions", verbose_name=_("survey"))
    number = models.PositiveIntegerField(_("number"))
    definition = models.JSONField(_("definition"))
    checksum = models.CharField(_("checksum"), max_length=64)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("published by")
    )
    note = models.CharField(_("what changed"), max_length=300, blank=True)

    objects = SurveyVersionQuerySet.as_manager()

    class Meta:
        ordering = ["survey", "-number"]
        verbose_name = _("published version")
        verbose_name_plural = _("published versions")
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="version_number_once_per_survey")]

    def __str__(self) -> str:
        return f"{self.survey} v{self.number}"

    def save(self, *args, **kwargs) -> None:
        if self.pk and not self._state.adding:
            raise FrozenRow(str(self))
        super().save(*args, **kwargs)
