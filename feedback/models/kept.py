from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vocplatform.lib.models import PublicCode


class KeptFigure(PublicCode):
    """A number as it was shown, with all that is needed to compute it again: formula, filters and how far rows went."""

    metric_key = models.CharField(_("measure"), max_length=20)
    formula_version = models.CharField(_("version of the formula"), max_length=16)
    query = models.CharField(_("filters"), max_length=1000, help_text=_("As in an address, with fixed days."))
    rows_until_at = models.DateTimeField(_("rows submitted until"))
    last_response = models.BigIntegerField(_("last response"), help_text=_("Rows written later do not belong to it."))
    state = models.CharField(_("state"), max_length=12)
    value = models.FloatField(_("value"), null=True, blank=True)
    n = models.PositiveIntegerField(_("n"), null=True, blank=True)
    low = models.FloatField(_("lower end"), null=True, blank=True)
    high = models.FloatField(_("upper end"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=8)
    note = models.CharField(_("note"), max_length=200, blank=True)
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("kept by")
    )
    kept_at = models.DateTimeField(_("kept at"))

    class Meta:
        ordering = ["-kept_at", "-pk"]
        verbose_name = _("kept figure")
        verbose_name_plural = _("kept figures")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="known") | Q(value__isnull=False, n__isnull=False),
                name="known_figure_has_value_and_n",
            ),
            models.CheckConstraint(
                condition=Q(low__isnull=True, high__isnull=True) | Q(low__isnull=False, high__isnull=False),
                name="kept_interval_has_both_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("kept_figure", args=[self.code])

    @property
    def rows_q(self) -> Q:
        """The responses that were there when it was kept; a late import has an old day but a new key."""
        return rows_until(self.rows_until_at, self.last_response)


def rows_until(moment: datetime, last_response: int) -> Q:
    return Q(submitted_at__lte=moment, pk__lte=last_response)
