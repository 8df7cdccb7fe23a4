from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vocplatform.lib.models import PublicCode, Timestamped


class ExportQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(status=Export.Status.WAITING).order_by("created_at", "pk")

    def abandoned(self, now: datetime):
        """Its worker has not been heard of: somebody else starts it over."""
        return self.filter(status=Export.Status.RUNNING, leased_until__lt=now)

    def past(self, now: datetime):
        return self.filter(status=Export.Status.READY, expires_at__lte=now)

    def of(self, user):
        return self.filter(owner=user)


class Export(PublicCode, Timestamped):
    """A file that a worker writes in the background; the row says how far it is."""

    class Kind(models.TextChoices):
        RESPONSES = "responses", _("responses")
        FIGURES = "figures", _("figures")

    class Format(models.TextChoices):
        CSV = "csv", _("CSV")
        XLSX = "xlsx", _("Excel")
        PARQUET = "parquet", _("Parquet")

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting for a worker")
        RUNNING = "running", _("being written")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")
        REMOVED = "removed", _("removed")

    kind = models.CharField(_("about"), max_length=10, choices=Kind)
    format = models.CharField(_("format"), max_length=8, choices=Format)
    query = models.CharField(_("filters"), max_length=1000, blank=True, help_text=_("As in an address."))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports", verbose_name=_("owner"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.WAITING)
    rows_done = models.PositiveIntegerField(_("rows written"), default=0)
    rows_expected = models.PositiveIntegerField(_("rows expected"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)
    size_bytes = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    reason = models.CharField(_("what happened"), max_length=300, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="ready") | Q(finished_at__isnull=False, expires_at__gt=F("finished_at")),
                name="ready_export_has_an_end",
            ),
        ]
        indexes = [models.Index(fields=["status", "leased_until"], name="export_by_lease")]

    def __str__(self) -> str:
        return f"{self.code}.{self.format}"

    def get_absolute_url(self) -> str:
        return reverse("export", args=[self.code])

    @property
    def is_open(self) -> bool:
        return self.status in {self.Status.WAITING, self.Status.RUNNING}

    @property
    def percent_done(self) -> int:
        """Never 100 before the file is there: rows may be added while it is written."""
        if self.status == self.Status.READY:
            return 100
        return min(99, 100 * self.rows_done // self.rows_expected) if self.rows_expected else 0
