from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.survey import Survey

KEPT = timedelta(days=30)


class DiscardedQuerySet(models.QuerySet):
    def within_reach(self, now: datetime):
        return self.filter(discarded_at__gt=now - KEPT)

    def forgotten(self, now: datetime):
        return self.filter(discarded_at__lte=now - KEPT)


class Discarded(models.Model):
    """A deleted question of a draft, or a whole deleted draft (no survey), as it was; brought back within 30 days."""

    survey = models.ForeignKey(
        Survey, models.CASCADE, null=True, blank=True, related_name="discarded", verbose_name=_("survey")
    )
    name = models.CharField(_("name"), max_length=500)
    content = models.JSONField(_("content"))
    discarded_at = models.DateTimeField(_("deleted at"), db_index=True)
    discarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("deleted by")
    )

    objects = DiscardedQuerySet.as_manager()

    class Meta:
        ordering = ["-discarded_at", "-pk"]
        verbose_name = _("deleted draft")
        verbose_name_plural = _("deleted drafts")

    def __str__(self) -> str:
        return self.name
