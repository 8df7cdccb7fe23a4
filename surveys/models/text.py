from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.survey import Survey


class SurveyText(models.Model):
    """One text of a draft in a further language. `source` is what it was translated from: the original may move on."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="texts", verbose_name=_("survey"))
    locale = models.CharField(_("language"), max_length=12)
    place = models.CharField(_("place"), max_length=120)
    text = models.TextField(_("text"))
    source = models.TextField(_("translated from"))

    class Meta:
        ordering = ["survey", "locale", "place"]
        verbose_name = _("translated text")
        verbose_name_plural = _("translated texts")
        constraints = [
            models.UniqueConstraint(fields=["survey", "locale", "place"], name="text_once_per_place_and_language"),
            models.CheckConstraint(condition=~models.Q(text=""), name="text_is_left_out_rather_than_empty"),
        ]

    def __str__(self) -> str:
        return self.text
