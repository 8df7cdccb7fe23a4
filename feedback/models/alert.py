from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from feedback.models.rollup import NO_TOUCHPOINT
from vocplatform.lib.models import Timestamped

EVERYWHERE = NO_TOUCHPOINT


class Side(models.TextChoices):
    LOW = "low", _("below")
    HIGH = "high", _("above")


class ControlReading(models.Model):
    """One window of one metric at one place, judged once against its own history. Alerts rest on these rows."""

    metric = models.SlugField(_("metric"))
    touchpoint_key = models.BigIntegerField(_("touchpoint"), default=EVERYWHERE)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    value = models.FloatField(_("value"))
    n = models.PositiveIntegerField(_("n"))
    centre = models.FloatField(_("own level"))
    watch_low = models.FloatField(_("watch below"))
    watch_high = models.FloatField(_("watch above"))
    act_low = models.FloatField(_("act below"))
    act_high = models.FloatField(_("act above"))
    windows = models.PositiveSmallIntegerField(_("windows of history"))
    p_value = models.FloatField(_("p"))
    adjusted_p = models.FloatField(_("p over all tests of the run"))
    is_outside = models.BooleanField(_("outside the act limits"))
    judged_at = models.DateTimeField(_("judged at"))

    class Meta:
        ordering = ["-last_on", "metric", "touchpoint_key"]
        verbose_name = _("control reading")
        verbose_name_plural = _("control readings")
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "touchpoint_key", "last_on"], name="window_judged_once_per_metric_and_place"
            ),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="window_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.first_on:%Y-%m-%d}"


class AlertQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at__isnull=True)


class Alert(models.Model):
    """A metric left its own level, or crossed the line from which on somebody must act, and stayed there."""

    class Reason(models.TextChoices):
        LEVEL = "level", _("left its own level")
        THRESHOLD = "threshold", _("past the line to act")

    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    metric = models.SlugField(_("metric"))
    touchpoint_key = models.BigIntegerField(_("touchpoint"), default=EVERYWHERE)
    side = models.CharField(_("side"), max_length=4, choices=Side)
    first_on = models.DateField(_("since"))
    last_on = models.DateField(_("last window seen"))
    value = models.FloatField(_("value"))
    n = models.PositiveIntegerField(_("n"))
    low = models.FloatField(_("lower limit"), null=True)
    high = models.FloatField(_("upper limit"), null=True)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "touchpoint_key", "reason"],
                condition=Q(closed_at__isnull=True),
                name="alert_open_once_per_metric_place_and_reason",
            ),
        ]
        indexes = [models.Index(fields=["metric", "touchpoint_key", "-opened_at"], name="alert_by_place")]

    def __str__(self) -> str:
        return f"{self.metric}: {self.get_reason_display()}"

    def get_absolute_url(self) -> str:
        return reverse("alert", args=[self.pk])


class Investigation(Timestamped):
    """Who finds out why, by when, and what it was."""

    class Status(models.TextChoices):
        NEW = "new", _("nobody has looked yet")
        WORKING = "working", _("being looked into")
        CLOSED = "closed", _("closed")

    class Verdict(models.TextChoices):
        REAL = "real", _("real, and dealt with")
        NEW_LEVEL = "new_level", _("the new normal")
        ARTEFACT = "artefact", _("an artefact of asking")
        CHANCE = "chance", _("chance")
        SETTLED = "settled", _("came back by itself")

    alert = models.OneToOneField(Alert, models.CASCADE, related_name="investigation", verbose_name=_("alert"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.NEW)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="investigations",
        verbose_name=_("owner"),
    )
    team = models.ForeignKey("surveys.Team", models.SET_NULL, null=True, blank=True, verbose_name=_("team"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("investigation")
        verbose_name_plural = _("investigations")
        permissions = [("work_investigation", _("Can take up, note and close investigations"))]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="closed") | ~Q(verdict=""), name="investigation_closes_with_a_verdict"
            ),
        ]

    def __str__(self) -> str:
        return str(self.alert)


class InvestigationEntry(models.Model):
    """What was found or done, in order; nothing here is changed later."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("opened")
        TAKEN = "taken", _("taken up")
        NOTE = "note", _("note")
        EVIDENCE = "evidence", _("evidence")
        CLOSED = "closed", _("closed")

    investigation = models.ForeignKey(
        Investigation, models.CASCADE, related_name="entries", verbose_name=_("investigation")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    text = models.TextField(_("text"), blank=True)
    link = models.CharField(_("link"), max_length=500, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("by"))
    happened_at = models.DateTimeField(_("when"))

    class Meta:
        ordering = ["happened_at", "pk"]
        verbose_name = _("entry")
        verbose_name_plural = _("entries")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.happened_at:%Y-%m-%d}"


class AlarmRate(models.Model):
    """How often the alerts would have rung for nothing: own windows in shuffled order, judged by the same rules."""

    measured_at = models.DateTimeField(_("measured at"))
    series = models.PositiveIntegerField(_("series"))
    windows = models.PositiveIntegerField(_("windows judged"))
    outside = models.PositiveIntegerField(_("outside the act limits"))
    alarms = models.PositiveIntegerField(_("false alarms"))
    shuffles = models.PositiveIntegerField(_("shuffles"))
    seed = models.BigIntegerField(_("seed"))

    class Meta:
        ordering = ["-measured_at", "-pk"]
        verbose_name = _("false alarm rate")
        verbose_name_plural = _("false alarm rates")
        constraints = [
            models.CheckConstraint(
                condition=Q(outside__lte=F("windows"), alarms__lte=F("windows")), name="no_more_alarms_than_windows"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alarms} / {self.windows}"
