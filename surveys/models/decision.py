from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Decision(models.Model):
    """Why a customer was, or was not, asked after an event. Written for every rule that was considered."""

    class Outcome(models.TextChoices):
        ASK = "ask", _("asked")
        SKIP = "skip", _("not asked")

    event = models.ForeignKey(
        "surveys.TouchpointEvent", models.CASCADE, related_name="decisions", verbose_name=_("event")
    )
    rule = models.ForeignKey("surveys.TriggerRule", models.CASCADE, related_name="decisions", verbose_name=_("rule"))
    outcome = models.CharField(_("outcome"), max_length=4, choices=Outcome)
    reason = models.CharField(_("reason"), max_length=40)
    sentence = models.CharField(_("in words"), max_length=400)
    trace = models.JSONField(_("every check"), default=list)
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now)

    class Meta:
        ordering = ["-decided_at", "-pk"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [models.UniqueConstraint(fields=["event", "rule"], name="decision_once_per_event_and_rule")]

    def __str__(self) -> str:
        return self.sentence
