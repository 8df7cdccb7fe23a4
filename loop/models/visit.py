from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

HERE = timedelta(seconds=40)  # a page that is open tells so every 15 seconds


class CaseVisitQuerySet(models.QuerySet):
    def here(self, now: datetime):
        return self.filter(seen_at__gt=now - HERE)


class CaseVisit(models.Model):
    """When somebody last had the page of a case open, and what they were at."""

    case = models.ForeignKey("loop.Case", models.CASCADE, related_name="visits", verbose_name=_("case"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    seen_at = models.DateTimeField(_("seen at"))
    doing = models.CharField(_("at hand"), max_length=12, blank=True)

    objects = CaseVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="one_visit_per_person_and_case")]

    def __str__(self) -> str:
        return f"{self.user} {self.case}"
