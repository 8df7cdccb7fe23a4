"""Other systems are told what happens to cases, by Standard Webhooks 1.0: written with the news, sent at least once.

Source: standardwebhooks.com, specification 1.0.0 (signature, identifiers, retry schedule, 410, throttling).
"""

import json
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from standardwebhooks.webhooks import Webhook

from feedback.models import Alert
from loop.hooks import call_written
from loop.models import CaseEvent, News, WebhookCall, WebhookEndpoint
from vocplatform.lib.delivery import DeliveryError, DeliveryUnknown
from vocplatform.lib.http import Reply
from vocplatform.lib.outward import NotOutside, check_outside, post_outside
from vocplatform.lib.settling import LONGEST_REASON, claimed, park_worn, settle_sent
from vocplatform.lib.tokens import derive_token, new_nonce

Status, Kind, Style = WebhookCall.Status, CaseEvent.Kind, WebhookEndpoint.Style
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
WAITS = (5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
OVERLAP = timedelta(days=1)  # both secrets sign, so that the receiver may change over at leisure
REST, LONGEST_REST = MINUTE, HOUR
GONE, OVERLOADED = 410, (429, 502, 504)
MOST_TICKETS = 10  # keeps a body far below the 20 kB that receivers must take
NEWS_OF_KIND = {
    Kind.OPENED: News.OPENED,
    Kind.MOVED: News.MOVED,
    Kind.ASSIGNED: News.ASSIGNED,
    Kind.ESCALATED: News.ESCALATED,
    Kind.MESSAGE: News.MESSAGE,
}
SETTLED = (Status.SENT, Status.FAILED, Status.DROPPED)


def secret_of(nonce: str) -> str:
    """The signing secret as receivers expect it; rebuilt from the row and our pepper, so that no table holds it."""
    return "whsec_" + b64encode(urlsafe_b64decode(derive_token("webhook", nonce, key=settings.PEPPER))).decode()


def create_endpoint(
    *, name: str, url: str, style: str, news: Iterable[str], actor: AbstractBaseUser | None
) -> tuple[WebhookEndpoint, str]:
    """Return the row and its secret, which is shown this once. Raises NotOutside."""
    check_outside(url)
    row = WebhookEndpoint.objects.create(name=name, url=url, style=style, news=sorted(set(news)), created_by=actor)
    return row, secret_of(row.nonce)


@transaction.atomic
def rotate_secret(endpoint_id: int, *, now: datetime) -> str:
    """Return the new secret; for a day calls bear the signatures of both."""
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=endpoint_id)
    endpoint.old_nonce, endpoint.old_until, endpoint.nonce = endpoint.nonce, now + OVERLAP, new_nonce()
    endpoint.save(update_fields=["nonce", "old_nonce", "old_until", "updated_at"])
    return secret_of(endpoint.nonce)


def tell_lines(lines: Iterable[CaseEvent]) -> None:
    """Write one call per line of history and endpoint that asked for it, in the transaction of what happened."""
    told = [(line, news_of(line)) for line in lines]
    if not told:
        return
    listening = list(WebhookEndpoint.objects.listening())
    calls = [
        WebhookCall(
            endpoint=endpoint,
            case=line.case,
            reference=f"msg_{line.pk}_{endpoint.pk}",
            news=news,
            body=_chat_line(line) if endpoint.style == Style.CHAT else _body(news, line.at, _told_of(line)),
            due_at=line.at,
        )
        for line, news in told
        for endpoint in listening
        if news in endpoint.news
    ]
    _write(calls)


def news_of(line: CaseEvent) -> News:
    if line.went_to and line.kind != Kind.OPENED:
        return News.MOVED
    return NEWS_OF_KIND.get(Kind(line.kind), News.CHANGED)


@transaction.atomic
def tell_alert(alert_id: int) -> None:
    """Tell of an alert, once to each endpoint that was there when it was raised."""
    alert = Alert.objects.get(pk=alert_id)
    endpoints = WebhookEndpoint.objects.listening().filter(created_at__lte=alert.opened_at)
    calls = [_alert_call(endpoint, alert) for endpoint in endpoints if News.ALERT in endpoint.news]
    known = WebhookCall.objects.filter(reference__in=[call.reference for call in calls])
    told = set(known.values_list("reference", flat=True))
    fresh = [call for call in calls if call.reference not in told]
    WebhookCall.objects.bulk_create(fresh, ignore_conflicts=True)
    for pk in known.filter(reference__in=[call.reference for call in fresh]).values_list("pk", flat=True):
        call_written.announce(pk)


def alerts_to_tell(*, now: datetime) -> list[int]:
    """Those of the last three days; whoever was told of them is not told again."""
    return list(Alert.objects.filter(opened_at__gt=now - 3 * OVERLAP).values_list("pk", flat=True))


def send_test(endpoint_id: int, *, now: datetime) -> WebhookCall:
    """A call that names no case, for whoever sets up the other side."""
    endpoint = WebhookEndpoint.objects.get(pk=endpoint_id)
    words = _("A test from %(organisation)s.") % {"organisation": settings.ORGANISATION_NAME}
    body = json.dumps({"text": words}) if endpoint.style == Style.CHAT else _body(News.TEST, now, {"text": words})
    call = WebhookCall(
        endpoint=endpoint, reference=f"msg_test_{new_nonce()}", news=News.TEST, body=body, due_at=now, created_at=now
    )
    _write([call])
    return call


def repeat_call(call_id: int, *, now: datetime) -> bool:
    """Send a settled call once more under its own id, by which the receiver knows it. False: it is still under way."""
    settled = WebhookCall.objects.filter(pk=call_id, status__in=SETTLED).exclude(body="")
    fresh = {"status": Status.QUEUED, "attempts": 0, "due_at": now, "sent_at": None, "updated_at": now}
    if not settled.update(**fresh):
        return False
    call_written.announce(call_id)
    return True


def send_call(call_id: int, *, now: datetime) -> bool:
    """Make one attempt if the call is due and nobody else does. A crash half-way sends it again after the lease."""
    if not WebhookCall.objects.due(now).filter(pk=call_id).exists() or not WebhookCall.objects.claim(call_id, now=now):
        return False
    call = WebhookCall.objects.select_related("endpoint").get(pk=call_id)
    try:
        reply = post_outside(call.endpoint.url, call.body.encode(), _headers(call, now=now))
    except NotOutside as refusal:
        return _stop_endpoint(call, str(refusal), now=now)
    except (DeliveryError, DeliveryUnknown) as silence:
        return _try_later(call, str(silence), now=now)
    return _settle(call, reply, now=now)


def give_back_stuck(*, now: datetime) -> int:
    """A call whose sender died is made again: the receiver tells it by its id."""
    given_back = WebhookCall.objects.stuck(now).update(status=Status.QUEUED, updated_at=now)
    park_worn(WebhookCall.objects.all(), now=now, most=len(WAITS) + 1)
    return given_back


def _settle(call: WebhookCall, reply: Reply, *, now: datetime) -> bool:
    claimed(call).update(answered_status=reply.status)
    if reply.is_success:
        WebhookEndpoint.objects.filter(pk=call.endpoint_id).update(last_taken_at=now, rests_until=None)
        return settle_sent(call, now=now)
    said = _("The receiver answered %(status)s.") % {"status": reply.status}
    if reply.status == GONE:
        return _stop_endpoint(call, said, now=now)
    if reply.status in OVERLOADED:
        rest = min(max(timedelta(seconds=reply.retry_after_seconds), REST), LONGEST_REST)
        WebhookEndpoint.objects.filter(pk=call.endpoint_id).update(rests_until=now + rest)
    return _try_later(call, said, now=now)


def _try_later(call: WebhookCall, reason: str, *, now: datetime) -> bool:
    if call.attempts <= len(WAITS):
        wait = WAITS[call.attempts - 1]
        again = {"status": Status.QUEUED, "due_at": now + wait, "leased_until": None}
        claimed(call).update(**again, last_error=reason[:LONGEST_REASON], updated_at=now)
        return False
    endpoint = WebhookEndpoint.objects.get(pk=call.endpoint_id)
    if endpoint.last_taken_at is None or endpoint.last_taken_at < call.created_at:
        words = _("Nothing was taken for three days. The last answer: %(reason)s") % {"reason": reason}
        return _stop_endpoint(call, words, now=now)
    claimed(call).update(status=Status.FAILED, last_error=reason[:LONGEST_REASON], updated_at=now)
    return False


def _stop_endpoint(call: WebhookCall, reason: str, *, now: datetime) -> bool:
    """What else waits stays queued, and goes out when somebody switches the endpoint on again."""
    claimed(call).update(status=Status.FAILED, last_error=reason[:LONGEST_REASON], updated_at=now)
    WebhookEndpoint.objects.filter(pk=call.endpoint_id).update(
        is_active=False, stopped_reason=reason[:300], updated_at=now
    )
    return False


def _headers(call: WebhookCall, *, now: datetime) -> dict[str, str]:
    endpoint = call.endpoint
    nonces = [endpoint.nonce]
    if endpoint.old_nonce and endpoint.old_until > now:
        nonces.append(endpoint.old_nonce)
    signatures = [Webhook(secret_of(nonce)).sign(call.reference, now, call.body) for nonce in nonces]
    return {
        "webhook-id": call.reference,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _write(calls: list[WebhookCall]) -> None:
    for call in WebhookCall.objects.bulk_create(calls):
        call_written.announce(call.pk)


def _body(news: str, at: datetime, data: dict) -> str:
    return json.dumps({"type": str(news), "timestamp": at.isoformat(), "data": data}, ensure_ascii=False)


def _alert_call(endpoint: WebhookEndpoint, alert: Alert) -> WebhookCall:
    link = settings.PUBLIC_URL + reverse("alert", args=[alert.pk])
    told = {"alert": alert.pk, "metric": alert.metric, "reason": alert.reason, "side": alert.side}
    told |= {"first_on": str(alert.first_on), "last_on": str(alert.last_on), "n": alert.n, "url": link}
    words = _("Alert: %(metric)s. %(link)s") % {"metric": alert.metric, "link": link}
    is_chat = endpoint.style == Style.CHAT
    return WebhookCall(
        endpoint=endpoint,
        reference=f"msg_alert_{alert.pk}_{endpoint.pk}",
        news=News.ALERT,
        body=json.dumps({"text": words}) if is_chat else _body(News.ALERT, alert.opened_at, told),
        due_at=alert.opened_at,
    )


def _told_of(line: CaseEvent) -> dict:
    """Where the case stands, and nothing that anybody wrote: whoever needs the words asks for them with a key."""
    case = line.case
    tickets = case.tickets.values("system", "number", "url", "state")[:MOST_TICKETS]
    return {
        "case": case.code,
        "what": line.kind,
        "status": case.status,
        "came_from": line.came_from,
        "went_to": line.went_to,
        "severity": case.severity,
        "outcome": case.outcome and case.outcome.name,
        "touchpoint": case.touchpoint and case.touchpoint.slug,
        "team": case.team and case.team.slug,
        "customer": case.customer and case.customer.external_id,
        "version": case.version,
        "next_due_at": case.next_due_at and case.next_due_at.isoformat(),
        "tickets": list(tickets),
        "url": settings.PUBLIC_URL + case.get_absolute_url(),
    }


def _chat_line(line: CaseEvent) -> str:
    """One line for a room that many read: no name, no words of the customer."""
    case = line.case
    what = CaseEvent.Kind(line.kind).label
    text = _("Case %(code)s: %(what)s. Now %(status)s, severity %(severity)s. %(link)s") % {
        "code": case.code,
        "what": what,
        "status": case.get_status_display(),
        "severity": case.get_severity_display(),
        "link": settings.PUBLIC_URL + case.get_absolute_url(),
    }
    return json.dumps({"text": text}, ensure_ascii=False)
