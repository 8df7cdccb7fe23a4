"""POST /api/v1/events: one event or a list. Good events are kept whatever stands beside them."""

import json
import re
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.response import Response
from rest_framework.views import APIView

from surveys.api.bodies import StrictJsonParser
from surveys.api.event_in import EventIn, customer_details
from surveys.api.permissions import HasScope
from surveys.api.problems import TooLarge, Unprocessable, first_sentence
from surveys.api.throttle import count_request, place_for
from surveys.models import ApiKey, Source, Touchpoint
from surveys.services.addresses import BadAddress
from surveys.services.events import EventConflict, EventDetails, in_batches, record_event, reject_event
from vocplatform.lib.strict_json import find_flaw

MOST_EVENTS = 2500
LARGEST_EVENT = 32 * 1024
NAME_OF_A_TOUCHPOINT = re.compile(r"[-a-zA-Z0-9_]{1,80}")


class Rejected(Exception):
    def __init__(self, code: str, message: str, errors: object = None) -> None:
        super().__init__(message)
        self.code, self.message, self.errors = code, message, errors


@dataclass(frozen=True)
class Result:
    """What became of one event; `status` is created, known or rejected."""

    event_id: str
    status: str
    problem: Rejected | None = None

    def as_data(self, index: int) -> dict:
        data = {"index": index, "event_id": self.event_id, "status": self.status}
        if self.problem is not None:
            data |= {"code": self.problem.code, "message": self.problem.message}
            data |= {"errors": self.problem.errors} if self.problem.errors else {}
        return data


class SystemsOnly(HasScope):
    """Events come from a source, and only a key has one."""

    def has_permission(self, request, view) -> bool:
        return isinstance(request.auth, ApiKey) and super().has_permission(request, view)


class EventsView(APIView):
    write = (ApiKey.Scope.EVENTS_WRITE, "surveys.add_touchpointevent")
    permission_classes = [SystemsOnly]
    parser_classes = [StrictJsonParser]

    @extend_schema(
        request=EventIn(many=True),
        responses={
            200: OpenApiResponse(description="A list: one result per event. One event: it was known already."),
            201: OpenApiResponse(description="One event that is new."),
            422: OpenApiResponse(description="One event that cannot be kept; it is listed with its reason for staff."),
        },
    )
    def post(self, request) -> Response:
        count_request(request.auth)
        now, source = timezone.now(), request.auth.source
        if isinstance(request.data, list):
            with place_for(request.data):
                return _answer_to_list(source, request.data, now=now)
        return _answer_to_one(source, request.data, now=now)


def _answer_to_one(source: Source, item: object, *, now: datetime) -> Response:
    if not isinstance(item, dict):
        raise ParseError(find_flaw(item) or _("The body must be an event or a list of events."))
    if not item:
        raise ParseError(_("The body is empty."))
    if find_flaw(item):
        raise ParseError(find_flaw(item))
    result = take_event(source, item, Touchpoints(), now=now)
    if result.problem is not None:
        raise Unprocessable(result.problem.code, result.problem.message, result.problem.errors)
    content = {"event_id": result.event_id, "status": result.status}
    return Response(content, status=201 if result.status == "created" else 200)


def _answer_to_list(source: Source, items: list, *, now: datetime) -> Response:
    if not items:
        raise ParseError(_("The list is empty."))
    if len(items) > MOST_EVENTS:
        raise TooLarge(_("There are more than 2,500 events; send them in parts."))
    touchpoints = Touchpoints()
    results = list(in_batches(items, lambda item: take_event(source, item, touchpoints, now=now)))
    counts = {name: sum(result.status == name for result in results) for name in ("created", "known", "rejected")}
    return Response({**counts, "results": [result.as_data(index) for index, result in enumerate(results)]})


class Touchpoints:
    """Each touchpoint is looked up once per request."""

    def __init__(self) -> None:
        self.found: dict[str, Touchpoint | None] = {}

    def get(self, slug: str) -> Touchpoint | None:
        if slug not in self.found:
            self.found[slug] = Touchpoint.objects.filter(slug=slug).first()
        return self.found[slug]


def take_event(source: Source, item: object, touchpoints: Touchpoints, *, now: datetime) -> Result:
    """Keep one event, or put it aside with its reason."""
    event_id = item.get("event_id") if isinstance(item, dict) else ""
    event_id = event_id[:100] if isinstance(event_id, str) else ""
    try:
        details = read_event(item, touchpoints)
        _event, created = record_event(source, details, now=now)
    except EventConflict:
        problem = Rejected("event_id_reused", _("This event_id was used before for something else."))
    except BadAddress as wrong:
        problem = Rejected("invalid_address", str(wrong))
    except Rejected as refusal:
        problem = refusal
    else:
        return Result(details.event_id, "created" if created else "known")
    fields = list(item) if isinstance(item, dict) else []
    reject_event(source, code=problem.code, reason=problem.message, event_id=event_id, fields=fields, now=now)
    return Result(event_id, "rejected", problem)


def read_event(item: object, touchpoints: Touchpoints) -> EventDetails:
    """One event as the service takes it. Raises Rejected in the field's own words."""
    flaw = find_flaw(item)
    if flaw:
        raise Rejected("unreadable", flaw)
    if not isinstance(item, dict):
        raise Rejected("not_an_event", _("This is not an object."))
    if len(json.dumps(item, ensure_ascii=False).encode(errors="replace")) > LARGEST_EVENT:
        raise Rejected("too_large", _("This event is larger than 32 KB."))
    try:
        said = EventIn.read(item)
    except serializers.ValidationError as wrong:
        raise Rejected("invalid", first_sentence(wrong.detail), wrong.detail) from None
    touchpoint = touchpoints.get(said["touchpoint"])
    if touchpoint is None:
        raise Rejected("unknown_touchpoint", _unknown(said["touchpoint"]))
    return EventDetails(
        event_id=said["event_id"],
        touchpoint=touchpoint,
        occurred_at=said["occurred_at"],
        customer=customer_details(said["customer"]),
        attributes=said["attributes"],
    )


def _unknown(slug: str) -> str:
    if NAME_OF_A_TOUCHPOINT.fullmatch(slug):
        return _("There is no touchpoint “%(slug)s”.") % {"slug": slug}
    return _("There is no such touchpoint.")
