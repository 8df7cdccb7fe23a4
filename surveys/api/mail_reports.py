"""The mail provider's webhook, read by django-anymail and handed on as reports."""

import hashlib
import json

from anymail import urls as anymail
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from django.conf import settings
from django.urls import URLPattern, path
from django.utils import timezone

from surveys.models import DeliveryReport
from surveys.services.reports import record_report

Kind = DeliveryReport.Kind
KINDS = {
    EventType.DELIVERED: Kind.DELIVERED,
    EventType.DEFERRED: Kind.DEFERRED,
    EventType.FAILED: Kind.DEFERRED,
    EventType.BOUNCED: Kind.BOUNCED,
    EventType.COMPLAINED: Kind.COMPLAINED,
    EventType.UNSUBSCRIBED: Kind.UNSUBSCRIBED,
}
REJECTED = {
    RejectReason.BOUNCED: Kind.BOUNCED,
    RejectReason.INVALID: Kind.BOUNCED,
    RejectReason.SPAM: Kind.COMPLAINED,
    RejectReason.UNSUBSCRIBED: Kind.UNSUBSCRIBED,
}


def listen() -> None:
    tracking.connect(take_report, dispatch_uid="surveys.mail_reports")


def webhook_urls() -> list[URLPattern]:
    """The one webhook of the configured provider; none without a secret, since anybody could report a bounce."""
    if not (settings.MAIL_PROVIDER and settings.ANYMAIL.get("WEBHOOK_SECRET")):
        return []
    name = f"{settings.MAIL_PROVIDER}_tracking_webhook"
    views = [pattern.callback for pattern in anymail.urlpatterns if pattern.name == name]
    return [path("mail-reports/", view, name="mail_reports") for view in views]


def take_report(sender, event: AnymailTrackingEvent, esp_name: str, **more) -> None:
    kind = _kind(event)
    if kind is not None:
        record_report(
            kind, report_id=_report_id(event, esp_name), message_id=event.message_id or "", now=timezone.now()
        )


def _kind(event: AnymailTrackingEvent) -> str | None:
    if event.event_type == EventType.REJECTED:
        return REJECTED.get(event.reject_reason)
    if event.event_type == EventType.BOUNCED and event.reject_reason in (RejectReason.TIMED_OUT, RejectReason.BLOCKED):
        return Kind.DEFERRED
    return KINDS.get(event.event_type)


def _report_id(event: AnymailTrackingEvent, esp_name: str) -> str:
    """The provider's id where it gives one; otherwise what makes the report itself."""
    said = event.event_id or [event.event_type, event.message_id, event.recipient, event.timestamp]
    return hashlib.sha256(json.dumps([esp_name, said], default=str).encode()).hexdigest()
