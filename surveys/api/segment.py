"""The doors that analytics libraries post to: /v1/batch, /v1/track, /v1/t and their like.

200 for every body that can be read: a refusal would make a library drop the good messages beside a bad one. What
cannot be kept stands among the rejected events with its reason. No answer is ever a redirect.
"""

import base64
import binascii
from contextlib import suppress
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import get_authorization_header
from rest_framework.exceptions import APIException, AuthenticationFailed, ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.response import Response
from rest_framework.views import APIView

from surveys.api.authentication import LONGEST_KEY
from surveys.api.bodies import StrictJsonParser
from surveys.api.event_in import CustomerIn, customer_details
from surveys.api.events import MOST_EVENTS, Rejected, read_event
from surveys.api.problems import TooLarge
from surveys.api.segment_in import KINDS, Message, customer_of, message_id, occurred_at, read_message
from surveys.api.throttle import count_request, place_for
from surveys.models import ApiKey, RejectedEvent, Source, Touchpoint
from surveys.services.addresses import BadAddress
from surveys.services.api_keys import find_api_key
from surveys.services.customers import CustomerErased, upsert_customer
from surveys.services.events import EventConflict, in_batches, record_event, reject_event
from vocplatform.lib.personal import strike_addresses_and_cards
from vocplatform.lib.text import storable

CORS = {
    "Access-Control-Allow-Origin": "*",  # the key is the whole right; no cookie is ever read here
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Retry-Count",
    "Access-Control-Max-Age": "86400",
}
NOTED_EVERY = timedelta(days=1)


class AlwaysJson(DefaultContentNegotiation):
    """Whatever a library says that it accepts, it reads JSON."""

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class SegmentView(APIView):
    """`kind` comes with the address; a batch names the type of each message itself."""

    authentication_classes = []  # the key may stand in the body, which is read first
    permission_classes = []
    parser_classes = [StrictJsonParser]
    content_negotiation_class = AlwaysJson

    def get_authenticate_header(self, request) -> str:
        return "Bearer"

    def finalize_response(self, request, response, *args, **kwargs) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in CORS.items():
            response.headers[name] = value
        return response

    @extend_schema(exclude=True)
    def options(self, request, kind: str) -> Response:
        return Response(status=204)

    @extend_schema(exclude=True)
    def post(self, request, kind: str) -> Response:
        key = _key_of(request)
        count_request(key)
        body = request.data
        if not isinstance(body, dict):
            raise ParseError(_("The body must be one object."))
        taking = Taking(key.source, now=timezone.now())
        items = _items(body, kind)
        with place_for(items):
            problems = taking.take_all(items, "" if kind == "batch" else kind, body.get("sentAt"))
        listed = [{"index": index, "code": problem.code} for index, problem in problems]
        return Response({"success": True} | ({"errors": listed} if listed else {}))


def _key_of(request) -> ApiKey:
    """`Authorization: Basic` with the key as its user, or Bearer, or `writeKey` in the body.

    Raises AuthenticationFailed, also for a body without a key that cannot be read.
    """
    text = _key_in_header(request)
    if not text:
        try:
            said = request.data.get("writeKey") if isinstance(request.data, dict) else None
        except APIException:
            said = None
        text = said if isinstance(said, str) else ""
    key = find_api_key(text, now=timezone.now()) if 0 < len(text) <= LONGEST_KEY else None
    if key is None or ApiKey.Scope.EVENTS_WRITE not in key.scopes:
        raise AuthenticationFailed(_("This key is unknown, revoked, has run out or may not send events."))
    return key


def _key_in_header(request) -> str:
    word, _space, said = get_authorization_header(request).partition(b" ")
    if word.lower() == b"bearer":
        return said.strip().decode("latin-1")
    if word.lower() != b"basic":
        return ""
    try:
        return base64.b64decode(said, validate=True).decode("latin-1").partition(":")[0]
    except (binascii.Error, ValueError):
        return ""


def _items(body: dict, kind: str) -> list:
    if kind != "batch":
        return [body]
    items = body.get("batch")
    if not isinstance(items, list):
        raise ParseError(_("“batch” must be a list of messages."))
    if len(items) > MOST_EVENTS:
        raise TooLarge(_("There are more than 2,500 messages; send them in parts."))
    return items


class Taking:
    """The messages of one request, with what is looked up for all of them together."""

    def __init__(self, source: Source, *, now: datetime) -> None:
        self.source, self.now = source, now
        self.listeners: dict[str, Touchpoint | None] = {}

    def take_all(self, items: list, kind: str, sent_at: object) -> list[tuple[int, Rejected]]:
        """Keep each one, or put it aside; return the places of those that were put aside."""
        problems = in_batches(items, lambda item: self.take(item, kind, sent_at))
        return [(index, problem) for index, problem in enumerate(problems) if problem]

    def take(self, item: object, kind: str, sent_at: object) -> Rejected | None:
        try:
            message = read_message(item, kind=kind, sent_at=sent_at)
            if message.kind == "track":
                self._take_event(message)
            elif message.kind == "identify":
                self._take_customer(message)
        except BadAddress as wrong:
            problem = Rejected("invalid_address", str(wrong))
        except Rejected as refusal:
            problem = refusal
        else:
            return None
        fields = list(item) if isinstance(item, dict) else []
        said = item.get("messageId") if isinstance(item, dict) else ""
        event_id = said[:100] if isinstance(said, str) else ""
        reject_event(
            self.source, code=problem.code, reason=problem.message, event_id=event_id, fields=fields, now=self.now
        )
        return problem

    def _take_event(self, message: Message) -> None:
        if not message.event:
            raise Rejected("no_event", _("“event” names nothing."))
        touchpoint = self._listener(message.event)
        if touchpoint is None:
            self._note_unheard(message)
            return
        happened = occurred_at(message, received_at=self.now)
        properties = message.body.get("properties")
        said = {
            "event_id": message_id(message, source=self.source.slug),
            "touchpoint": touchpoint.slug,
            "occurred_at": happened.isoformat(),
            "customer": customer_of(message),
            "attributes": {} if properties is None else properties,
        }
        details = read_event(said, self)
        with suppress(EventConflict):  # the same message once more: a library that tries again reads its clock again
            record_event(self.source, details, now=self.now)

    def _take_customer(self, message: Message) -> None:
        said = customer_of(message)
        if said is None:
            return  # somebody without a name: nothing to keep
        read = CustomerIn(data=said)
        read.is_valid(raise_exception=True)
        with suppress(CustomerErased):  # asked to be forgotten: accepted, and not kept
            upsert_customer(customer_details(read.validated_data), now=self.now)

    def get(self, slug: str) -> Touchpoint | None:
        """A touchpoint that was found before, as reading an event asks for it."""
        return next((one for one in self.listeners.values() if one is not None and one.slug == slug), None)

    def _listener(self, event: str) -> Touchpoint | None:
        """The touchpoint that listens to this event, by its field or by being called the same."""
        if event not in self.listeners:
            name = storable(event)
            named = Touchpoint.objects.filter(event_name__iexact=name)
            called = Touchpoint.objects.filter(slug=slugify(name)[:80] or "-")
            self.listeners[event] = named.first() or called.first()
        return self.listeners[event]

    def _note_unheard(self, message: Message) -> None:
        """An event that no touchpoint listens to is no mistake; it is told once a day, so that somebody may map it."""
        reason = _("No touchpoint listens to the event “%(event)s”.") % {
            "event": strike_addresses_and_cards(message.event)[:80]
        }
        told = RejectedEvent.objects.filter(source=self.source, code="not_mapped", reason=reason)
        if not told.filter(received_at__gt=self.now - NOTED_EVERY).exists():
            reject_event(self.source, code="not_mapped", reason=reason, fields=list(message.body), now=self.now)


LONG_NAMES = {"b": "batch", "batch": "batch", **KINDS, **{kind: kind for kind in KINDS.values()}}
