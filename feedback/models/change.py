from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vocplatform.lib.models import Timestamped
from vocplatform.lib.periods import Period


class LoggedChangeQuerySet(models.QuerySet):
    def touching(self, period: Period):
        """Changes that began in the period or were still going on when it began."""
        lasting = Q(until_on__isnull=False, until_on__gte=period.first_on)
        return self.filter(Q(on__gte=period.first_on) | lasting, on__lte=period.last_on)


class LoggedChange(Timestamped):
    """Something that we or the world did and that may explain a step in a line. New wordings enter by themselves."""

    class Kind(models.TextChoices):
        PRICE = "price", _("price")
        RELEASE = "release", _("release")
        OUTAGE = "outage", _("outage")
        PROMOTION = "promotion", _("promotion")
        WORDING = "wording", _("wording")
        OTHER = "other", _("something else")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.RELEASE)
    on = models.DateField(_("day"))
    until_on = models.DateField(_("until"), null=True, blank=True, help_text=_("Empty: a moment, not a stretch."))
    text = models.CharField(_("what changed"), max_length=200)
    touchpoint = models.ForeignKey(
        "surveys.Touchpoint",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="changes",
        verbose_name=_("touchpoint"),
        help_text=_("Empty: everywhere."),
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, verbose_name=_("entered by")
    )

    objects = LoggedChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="change_says_what_changed"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("on")), name="change_ends_after_it_began"
            ),
        ]
        indexes = [models.Index(fields=["on"], name="change_by_day")]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.text}"
