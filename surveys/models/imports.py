from django.db import models
from django.utils.translation import gettext_lazy as _

from vocplatform.lib.models import Timestamped


class ImportRun(Timestamped):
    """How far one file came through one mapping; a stopped import goes on from here."""

    kind = models.CharField(_("kind"), max_length=12)
    digest = models.CharField(_("digest of file and mapping"), max_length=64, unique=True)
    file_name = models.CharField(_("file"), max_length=200)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    taken = models.PositiveIntegerField(_("taken"), default=0)
    known = models.PositiveIntegerField(_("known before"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"
