from datetime import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vocplatform.lib.models import Timestamped
from vocplatform.lib.outbox import Outgoing


class DigestPlanQuerySet(models.QuerySet):
    def due(self, now: datetime):
        return self.filter(is_on=True, next_at__lte=now).order_by("next_at", "pk")


class DigestPlan(Timestamped):
    """Which figures somebody wants by mail, and when on the own clock."""

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", _("every week")
        MONTHLY = "monthly", _("every month")

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="digest_plans", verbose_name=_("recipient")
    )
    name = models.CharField(_("name"), max_length=80)
    rhythm = models.CharField(_("how often"), max_length=8, choices=Rhythm, default=Rhythm.WEEKLY)
    weekday = models.PositiveSmallIntegerField(_("day of the week"), choices=Weekday, default=Weekday.MONDAY)
    day_of_month = models.PositiveSmallIntegerField(
        _("day of the month"), default=1, validators=[MinValueValidator(1), MaxValueValidator(28)]
    )
    hour = models.PositiveSmallIntegerField(_("hour"), default=8, validators=[MaxValueValidator(23)])
    time_zone = models.CharField(_("time zone"), max_length=64)
    query = models.CharField(_("filters"), max_length=1000, blank=True, help_text=_("As in an address, without days."))
    has_pdf = models.BooleanField(_("with a PDF"), default=True)
    is_on = models.BooleanField(_("on"), default=True)
    next_at = models.DateTimeField(_("next at"))

    objects = DigestPlanQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("digest plan")
        verbose_name_plural = _("digest plans")
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6, day_of_month__gte=1, day_of_month__lte=28, hour__lte=23),
                name="digest_falls_on_a_real_day",
            ),
        ]
        indexes = [models.Index(fields=["is_on", "next_at"], name="digest_plan_by_due")]

    def __str__(self) -> str:
        return self.name


class Digest(Outgoing):
    """One mail of a plan: written when its time has come, sent once."""

    plan = models.ForeignKey(DigestPlan, models.CASCADE, related_name="digests", verbose_name=_("plan"))
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("to"))

    class Meta(Outgoing.Meta):
        ordering = ["-created_at", "-pk"]
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        constraints = [
            *Outgoing.Meta.constraints,
            models.UniqueConstraint(fields=["plan", "first_on", "last_on"], name="digest_once_per_plan_and_period"),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="digest_period_has_days"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.first_on}"
