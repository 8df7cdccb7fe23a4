from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vocplatform.lib.models import Timestamped


class Severity(models.TextChoices):
    LOW = "low", _("low")
    NORMAL = "normal", _("normal")
    HIGH = "high", _("high")
    CRITICAL = "critical", _("critical")


def office_hours() -> dict[str, list[list[str]]]:
    return {str(day): [["09:00", "17:00"]] for day in range(5)}


class BusinessCalendar(Timestamped):
    """When a team works: opening hours per weekday (0 is Monday) in its own time zone."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    hours = models.JSONField(_("hours"), default=office_hours, help_text=_('For example {"0": [["09:00", "17:00"]]}.'))

    class Meta:
        ordering = ["name"]
        verbose_name = _("business calendar")
        verbose_name_plural = _("business calendars")

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    calendar = models.ForeignKey(BusinessCalendar, models.CASCADE, related_name="holidays", verbose_name=_("calendar"))
    on = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=100, blank=True)

    class Meta:
        ordering = ["on"]
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        constraints = [models.UniqueConstraint(fields=["calendar", "on"], name="holiday_once_per_calendar")]

    def __str__(self) -> str:
        return f"{self.on} {self.name}".strip()


class SlaPolicy(Timestamped):
    name = models.CharField(_("name"), max_length=100, unique=True)
    calendar = models.ForeignKey(BusinessCalendar, models.PROTECT, related_name="policies", verbose_name=_("calendar"))
    is_default = models.BooleanField(_("used when a rule names none"), default=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("service level")
        verbose_name_plural = _("service levels")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_service_level_is_default"
            )
        ]

    def __str__(self) -> str:
        return self.name


class SlaTarget(models.Model):
    """How many working minutes each step may take."""

    policy = models.ForeignKey(SlaPolicy, models.CASCADE, related_name="targets", verbose_name=_("service level"))
    severity = models.CharField(_("severity"), max_length=8, choices=Severity)
    acknowledge_minutes = models.PositiveIntegerField(_("acknowledge within (working minutes)"))
    contact_minutes = models.PositiveIntegerField(_("contact within (working minutes)"))
    resolve_minutes = models.PositiveIntegerField(_("resolve within (working minutes)"))
    confirm_minutes = models.PositiveIntegerField(_("confirm within (working minutes)"))

    class Meta:
        ordering = ["policy", "severity"]
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [models.UniqueConstraint(fields=["policy", "severity"], name="target_once_per_severity")]

    def __str__(self) -> str:
        return self.get_severity_display()


class EscalationStep(models.Model):
    """One rung of the ladder: who hears of a clock that ran out so long ago."""

    class Audience(models.TextChoices):
        OWNER = "owner", _("the owner, or the team when nobody owns the case")
        LEAD = "lead", _("the team's lead")
        MANAGERS = "managers", _("everybody who may see all cases")

    policy = models.ForeignKey(SlaPolicy, models.CASCADE, related_name="steps", verbose_name=_("service level"))
    level = models.PositiveSmallIntegerField(_("level"), default=1)
    overdue_minutes = models.PositiveIntegerField(_("overdue for (working minutes)"), default=0)
    audience = models.CharField(_("tells"), max_length=8, choices=Audience, default=Audience.OWNER)

    class Meta:
        ordering = ["policy", "level"]
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation steps")
        constraints = [models.UniqueConstraint(fields=["policy", "level"], name="step_once_per_level")]

    def __str__(self) -> str:
        return f"{self.level}: {self.get_audience_display()}"
