from django.db import models
from django.utils.translation import gettext_lazy as _


class ScoringBatch(models.Model):
    """Responses that a worker took on together, noted before it starts.

    The row goes in the transaction that keeps the readings. One that stays behind was the last thing its worker did.
    """

    response_ids = models.JSONField(_("responses"))
    taken_at = models.DateTimeField(_("taken at"))

    class Meta:
        verbose_name = _("batch being scored")
        verbose_name_plural = _("batches being scored")

    def __str__(self) -> str:
        return f"{len(self.response_ids)} ({self.taken_at:%Y-%m-%d %H:%M:%S})"
