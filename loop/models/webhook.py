from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vocplatform.lib.models import Timestamped
from vocplatform.lib.outbox import Outgoing, OutgoingQuerySet
from vocplatform.lib.tokens import new_nonce


class News(models.TextChoices):
    """What a receiver may ask to be told; the value is the `type` of the call."""

    OPENED = "case.opened", _("a case was opened")
    MOVED = "case.moved", _("a case changed its status")
    ASSIGNED = "case.assigned", _("a case changed hands")
    ESCALATED = "case.escalated", _("a clock of a case ran out")
    MESSAGE = "case.message", _("staff or customer wrote a letter")
    CHANGED = "case.changed", _("anything else about a case")
    ALERT = "alert.opened", _("a measure raised an alert")
    TEST = "test", _("a test call")


class WebhookEndpointQuerySet(models.QuerySet):
    def listening(self):
        return self.filter(is_active=True)


class WebhookEndpoint(Timestamped):
    """A system of ours that is told what happens to cases. Its secret is derived, so the database holds none."""

    class Style(models.TextChoices):
        SIGNED = "signed", _("signed JSON (Standard Webhooks)")
        CHAT = "chat", _("one line of text (Slack, Teams, Mattermost)")

    name = models.CharField(_("name"), max_length=100)
    url = models.URLField(_("address"), max_length=500)
    style = models.CharField(_("form"), max_length=8, choices=Style, default=Style.SIGNED)
    news = models.JSONField(_("is told"), default=list)
    is_active = models.BooleanField(_("active"), default=True)
    stopped_reason = models.CharField(_("why it was stopped"), max_length=300, blank=True, editable=False)
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    old_nonce = models.CharField(max_length=32, blank=True, editable=False)
    old_until = models.DateTimeField(_("old secret valid until"), null=True, blank=True, editable=False)
    rests_until = models.DateTimeField(_("rests until"), null=True, blank=True, editable=False)
    last_taken_at = models.DateTimeField(_("last call taken at"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, verbose_name=_("made by")
    )

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [
            models.CheckConstraint(
                condition=Q(old_nonce="") | Q(old_until__isnull=False), name="old_webhook_secret_has_an_end"
            )
        ]

    def __str__(self) -> str:
        return self.name


class WebhookCallQuerySet(OutgoingQuerySet):
    def due(self, now: datetime):
        """What waits for an endpoint that is stopped or rests is not due, however late it is."""
        rested = Q(endpoint__rests_until__isnull=True) | Q(endpoint__rests_until__lte=now)
        return super().due(now).filter(rested, endpoint__is_active=True)


class WebhookCall(Outgoing):
    """One piece of news for one endpoint, told at least once; `reference` is the same in each attempt."""

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="calls", verbose_name=_("webhook"))
    case = models.ForeignKey(
        "loop.Case", models.CASCADE, null=True, blank=True, related_name="webhook_calls", verbose_name=_("case")
    )
    reference = models.CharField(_("call id"), max_length=60, unique=True)
    news = models.CharField(_("news"), max_length=20, choices=News)
    body = models.TextField(_("content"))
    answered_status = models.PositiveSmallIntegerField(_("answered with"), null=True, blank=True)

    objects = WebhookCallQuerySet.as_manager()

    class Meta(Outgoing.Meta):
        ordering = ["-pk"]
        verbose_name = _("webhook call")
        verbose_name_plural = _("webhook calls")
        constraints = [
            *Outgoing.Meta.constraints,
            models.CheckConstraint(condition=~Q(reference=""), name="webhook_call_has_an_id"),
        ]

    def __str__(self) -> str:
        return f"{self.news} {self.reference}"
