"""A message as analytics libraries send it, read as what we know: an event of a touchpoint, or a customer.

Source: Segment, “HTTP Tracking API” and “Spec: Common Fields”; RudderStack speaks the same.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from surveys.api.event_in import CustomerIn
from surveys.api.events import LARGEST_EVENT, Rejected
from surveys.api.problems import first_sentence
from vocplatform.lib.strict_json import find_flaw

OLDEST, AHEAD = timedelta(days=90), timedelta(minutes=5)
LONGEST_ID = 100
KINDS = {"t": "track", "i": "identify", "p": "page", "g": "group", "a": "alias", "s": "screen"}
LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
OF_A_CUSTOMER = ("email", "phone", "name")


@dataclass(frozen=True)
class Message:
    """One message; `sent_at` is the sender's clock when it left, which a batch may say for all its messages."""

    kind: str
    body: Mapping[str, object]
    sent_at: object = None

    @property
    def user(self) -> str:
        """The customer's number; a sender that forgot to quote it still means it."""
        said = self.body.get("userId")
        is_number = isinstance(said, int) and not isinstance(said, bool)
        return str(said) if is_number else said.strip() if isinstance(said, str) else ""

    @property
    def anonymous(self) -> str:
        said = self.body.get("anonymousId")
        return said if isinstance(said, str) else ""

    @property
    def context(self) -> Mapping[str, object]:
        return _mapping(self.body.get("context"))

    @property
    def traits(self) -> Mapping[str, object]:
        return {**_mapping(self.context.get("traits")), **_mapping(self.body.get("traits"))}

    @property
    def event(self) -> str:
        said = self.body.get("event")
        return said.strip() if isinstance(said, str) else ""


def read_message(item: object, *, kind: str = "", sent_at: object = None) -> Message:
    """Raises Rejected for what is no message, too large, or about nobody."""
    flaw = find_flaw(item)
    if flaw:
        raise Rejected("unreadable", flaw)
    if not isinstance(item, dict):
        raise Rejected("not_a_message", _("This is not an object."))
    if len(json.dumps(item, ensure_ascii=False).encode(errors="replace")) > LARGEST_EVENT:
        raise Rejected("too_large", _("This message is larger than 32 KB."))
    kind = kind or str(item.get("type") or "")
    if kind not in KINDS.values():
        raise Rejected("unknown_type", _("The type is none of track, identify, page, group, alias and screen."))
    message = Message(kind, item, item.get("sentAt") or sent_at)
    if not message.user and not message.anonymous and kind != "alias":
        raise Rejected("no_user", _("Give at least one of userId and anonymousId."))
    return message


def message_id(message: Message, *, source: str) -> str:
    """The sender's own id; without one a digest of the content, so that the same message sent again stays one."""
    said = message.body.get("messageId")
    if isinstance(said, str) and 0 < len(said) <= LONGEST_ID:
        return said
    stamp = message.body.get("timestamp") or message.body.get("originalTimestamp")
    content = [source, message.kind, said, message.user, message.anonymous, message.event, stamp]
    content += [message.body.get("properties"), message.body.get("traits")]
    written = json.dumps(content, sort_keys=True, default=str).encode(errors="replace")
    return f"made-{hashlib.sha256(written).hexdigest()[:40]}"


def occurred_at(message: Message, *, received_at: datetime) -> datetime:
    """By our clock: as long before the receipt as it lay before the sending by theirs; at most 90 days ago.

    Raises Rejected for a time that nobody can read.
    """
    said = message.body.get("timestamp") or message.body.get("originalTimestamp")
    if said is None:
        return received_at
    happened = _moment(said)
    sent = _moment(message.sent_at) if message.sent_at else received_at
    return received_at - min(max(sent - happened, -AHEAD), OLDEST)


def customer_of(message: Message) -> dict[str, object] | None:
    """What is said about the customer, as our own API takes it; None for somebody without a number or address.

    Raises Rejected in the field's own words.
    """
    traits = message.traits
    said = {name: traits[name] for name in OF_A_CUSTOMER if isinstance(traits.get(name), str) and traits[name]}
    if message.user:
        said["external_id"] = message.user
    if not said.keys() & {"external_id", "email", "phone"}:
        return None
    names = [traits.get("firstName"), traits.get("lastName")]
    if "name" not in said and all(isinstance(name, str) for name in names):
        said["name"] = " ".join(names).strip()
    said |= _surroundings(message.context)
    if message.kind == "identify":
        known = {*OF_A_CUSTOMER, "firstName", "lastName"}
        said["attributes"] = {name: value for name, value in traits.items() if name not in known}
    read = CustomerIn(data=said)
    if not read.is_valid():
        raise Rejected("invalid", first_sentence(read.errors), read.errors)
    return said


def _surroundings(context: Mapping[str, object]) -> dict[str, str]:
    """Language and time zone, where the device says them in a form that we know; never a reason to refuse."""
    locale, zone = context.get("locale"), context.get("timezone")
    found = {"locale": locale[:12]} if isinstance(locale, str) and LOCALE.fullmatch(locale[:12]) else {}
    if isinstance(zone, str) and CustomerIn(data={"external_id": "-", "time_zone": zone}).is_valid():
        found["time_zone"] = zone
    return found


def _moment(said: object) -> datetime:
    try:
        moment = parse_datetime(said) if isinstance(said, str) else None
    except ValueError:  # written as a time, but there is no such day
        moment = None
    if moment is None:
        raise Rejected("bad_time", _("A time is not written as 2026-03-02T12:00:00Z."))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _mapping(said: object) -> Mapping[str, object]:
    return said if isinstance(said, dict) else {}
