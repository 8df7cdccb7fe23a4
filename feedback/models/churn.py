from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vocplatform.lib.models import Timestamped

ONLY_ROW = 1


class ChurnDefinition(Timestamped):
    """What leaving means here. One row: two definitions would be two churn rates."""

    class Kind(models.TextChoices):
        SILENCE = "silence", _("no event for some days")
        EVENT = "event", _("an event at a touchpoint says so")

    kind = models.CharField(_("a customer has left when"), max_length=8, choices=Kind, default=Kind.SILENCE)
    silence_days = models.PositiveSmallIntegerField(
        _("days without any event"), default=90, validators=[MinValueValidator(7), MaxValueValidator(730)]
    )
    touchpoint = models.ForeignKey(
        "surveys.Touchpoint",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("touchpoint of leaving"),
        help_text=_("Such as a cancellation. Only for leaving by an event."),
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("look ahead (days)"),
        default=90,
        validators=[MinValueValidator(7), MaxValueValidator(730)],
        help_text=_("The risk is that of leaving within so many days. By silence it is the days of silence."),
    )
    capacity = models.PositiveSmallIntegerField(
        _("customers that staff can call"),
        default=50,
        validators=[MinValueValidator(1)],
        help_text=_("How many of the list are looked after at a time. Precision is stated for so many."),
    )
    health_target = models.PositiveSmallIntegerField(
        _("target of the health score"), default=70, validators=[MaxValueValidator(100)]
    )

    class Meta:
        verbose_name = _("meaning of leaving")
        verbose_name_plural = _("meaning of leaving")
        constraints = [
            models.CheckConstraint(condition=Q(pk=ONLY_ROW), name="leaving_has_one_meaning"),
            models.CheckConstraint(
                condition=~Q(kind="event") | Q(touchpoint__isnull=False), name="leaving_by_event_names_its_touchpoint"
            ),
        ]

    def __str__(self) -> str:
        if self.kind == self.Kind.EVENT:
            return str(_("an event at “%s”") % self.touchpoint)
        return str(_("no event for %d days") % self.silence_days)

    @property
    def days_ahead(self) -> int:
        """How far a forecast looks. A customer is silent for N days only after N days have passed."""
        return self.silence_days if self.kind == self.Kind.SILENCE else self.horizon_days


class ChurnModel(models.Model):
    """One fit of the risk model with how well it did on customers whom it had not seen. None is ever changed."""

    fitted_at = models.DateTimeField(_("fitted at"))
    definition = models.JSONField(_("meaning of leaving"))
    cutoff_at = models.DateTimeField(_("known until"))
    seed = models.PositiveIntegerField(_("seed"))
    n = models.PositiveIntegerField(_("customers"))
    leavers = models.PositiveIntegerField(_("left"))
    is_useful = models.BooleanField(_("beats the base rate"), default=False)
    reason = models.CharField(_("why not"), max_length=20, blank=True)
    result = models.JSONField(_("result"), default=dict)

    class Meta:
        ordering = ["-fitted_at", "-pk"]
        get_latest_by = "fitted_at"
        verbose_name = _("risk model")
        verbose_name_plural = _("risk models")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_useful=False) | Q(reason=""), name="a_useful_risk_model_has_no_excuse"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fitted_at:%Y-%m-%d}"
