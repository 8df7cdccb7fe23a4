from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class DriverStudyQuerySet(models.QuerySet):
    def waiting(self, before: datetime):
        """Asked for, or begun by a worker that has died since."""
        asked = Q(status=DriverStudy.Status.WAITING, asked_at__lt=before)
        begun = Q(status=DriverStudy.Status.RUNNING, begun_at__lt=before - DriverStudy.LONGEST)
        return self.filter(asked | begun).order_by("asked_at", "pk")


class DriverStudy(models.Model):
    """What goes along with an outcome: the question that was asked of the data, and the answer as it was then."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being computed")
        DONE = "done", _("done")
        REFUSED = "refused", _("not possible")

    LONGEST = timedelta(minutes=10)  # past the worker's own time limit

    version = models.ForeignKey(
        "surveys.SurveyVersion", models.PROTECT, related_name="driver_studies", verbose_name=_("survey version")
    )
    outcome = models.CharField(_("outcome"), max_length=40)
    drivers = models.JSONField(_("drivers"))
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("to"))
    segment = models.ForeignKey(
        "feedback.Segment", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("segment")
    )
    seed = models.PositiveIntegerField(_("seed"))
    samples = models.PositiveIntegerField(_("bootstrap samples"), default=1000)
    formula_version = models.PositiveSmallIntegerField(_("version of the formulas"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    begun_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    watermark = models.BigIntegerField(_("newest response that was known"), null=True, blank=True)
    problem = models.CharField(_("why it is not possible"), max_length=300, blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)

    objects = DriverStudyQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("driver study")
        verbose_name_plural = _("driver studies")
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="driver_study_ends_after_it_starts"),
            models.CheckConstraint(
                condition=~Q(status="refused") | ~Q(problem=""), name="refused_driver_study_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(status="done") | Q(done_at__isnull=False, watermark__isnull=False),
                name="done_driver_study_knows_its_data",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=~Q(status__in=["done", "refused"]), name="driver_study_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.asked_at:%Y-%m-%d}"
