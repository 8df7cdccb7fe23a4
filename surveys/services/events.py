"""Something happened: keep it once, for ever, and decide once per rule whether to ask."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, OperationalError, transaction
from django.utils import translation

from surveys.hooks import event_recorded
from surveys.models import Customer, Decision, RejectedEvent, Source, Touchpoint, TouchpointEvent, TriggerRule
from surveys.services.customers import CustomerDetails, CustomerErased, upsert_customer
from surveys.services.invitations import issue_invitation
from surveys.services.occasions import occasion_of_event, person_of, policy_in_force
from surveys.triggers.decide import decide
from surveys.triggers.occasion import Answer
from vocplatform.lib.personal import strike_addresses_and_cards
from vocplatform.lib.text import storable, storable_json
from vocplatform.lib.tokens import keyed_digest

LONGEST_SENTENCE = 400
BATCH = 50
Item, Taken = TypeVar("Item"), TypeVar("Taken")


class EventConflict(Exception):
    """The sender used this event id before, for something else."""


@dataclass(frozen=True)
class EventDetails:
    """One event in the sender's words; `customer` is None when nobody in particular is meant."""

    event_id: str
    touchpoint: Touchpoint
    occurred_at: datetime
    customer: CustomerDetails | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)

    def fingerprint(self) -> str:
        """Tells a replay from another event under the same id; keyed, since it is made of personal data."""
        who = asdict(self.customer) if self.customer else None
        said = [self.touchpoint.slug, self.occurred_at, who, self.attributes]
        return keyed_digest("event", json.dumps(said, sort_keys=True, cls=DjangoJSONEncoder))


def record_event(source: Source, details: EventDetails, *, now: datetime) -> tuple[TouchpointEvent, bool]:
    """Keep the event, True when it is new; what follows waits for the commit.

    Raises EventConflict, BadAddress or NobodyNamed. An event of an erased person is kept without the person.
    """
    known = _known(source, details)
    if known:
        return known, False
    try:
        return _create(source, details, now=now), True
    except IntegrityError:
        known = _known(source, details)  # the same event came through another connection at the same moment
        if known is None:
            raise
        return known, False


def in_batches(items: Sequence[Item], take: Callable[[Item], Taken]) -> Iterator[Taken]:
    """Many at once share a commit, which is what costs; a batch that collides with another one is taken singly."""
    for start in range(0, len(items), BATCH):
        batch = items[start : start + BATCH]
        try:
            with transaction.atomic():
                taken = [take(item) for item in batch]
        except OperationalError:
            taken = [take(item) for item in batch]
        yield from taken


def _known(source: Source, details: EventDetails) -> TouchpointEvent | None:
    known = TouchpointEvent.objects.filter(source=source, event_id=details.event_id).first()
    if known and known.fingerprint and known.fingerprint != details.fingerprint():
        raise EventConflict(details.event_id)
    return known


@transaction.atomic
def _create(source: Source, details: EventDetails, *, now: datetime) -> TouchpointEvent:
    occurred_at = min(details.occurred_at, now)  # a sender whose clock runs ahead has not seen the future
    event = TouchpointEvent.objects.create(
        source=source,
        event_id=details.event_id,
        touchpoint=details.touchpoint,
        customer=_customer(details.customer, now=now, said_at=occurred_at),
        occurred_at=occurred_at,
        received_at=now,
        attributes=kept_attributes(details.touchpoint, details.attributes),
        fingerprint=details.fingerprint(),
    )
    event_recorded.announce(event.pk)
    return event


def _customer(details: CustomerDetails | None, *, now: datetime, said_at: datetime) -> Customer | None:
    if details is None:
        return None
    try:
        return upsert_customer(details, now=now, said_at=said_at)[0]
    except CustomerErased:
        return None


def kept_attributes(touchpoint: Touchpoint, attributes: Mapping[str, object]) -> dict[str, object]:
    """Only what the touchpoint lists; where it lists nothing all, but nobody's address and no card."""
    if touchpoint.event_fields:
        return {name: storable_json(attributes[name]) for name in touchpoint.event_fields if name in attributes}
    return storable_json(attributes, strike_addresses_and_cards)


def reject_event(
    source: Source | None, *, code: str, reason: str, event_id: str = "", fields: list[str] | None = None, now: datetime
) -> RejectedEvent:
    """Put an event that cannot be kept where whoever runs the sending system will find it, without its values."""
    return RejectedEvent.objects.create(
        source=source,
        received_at=now,
        code=code,
        reason=storable(reason)[:500],
        event_id=storable(event_id)[:100],
        excerpt={"fields": sorted(storable(name)[:80] for name in fields or [])[:50]},
    )


def process_event(event_id: int, *, now: datetime) -> None:
    """Decide for every rule of the touchpoint; repeating it changes nothing."""
    if not TouchpointEvent.objects.claim(event_id, now=now):
        return
    try:
        with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
            _decide_all(event_id, now=now)
    except Exception as problem:  # the row keeps what went wrong; the sweep tries again, five times in all
        name = type(problem).__name__  # only the name: a database quotes values
        TouchpointEvent.objects.filter(pk=event_id).update(leased_until=None, last_error=name)
        raise


def park_events(*, now: datetime) -> int:
    """Set aside what failed five times, so that it delays nobody; staff may put it back."""
    return TouchpointEvent.objects.exhausted(now).update(parked_at=now, leased_until=None)


def replay_event(event_id: int) -> bool:
    """Put a parked event back into the line."""
    parked = TouchpointEvent.objects.filter(pk=event_id, parked_at__isnull=False)
    replayed = parked.update(parked_at=None, attempts=0, last_error="")
    if replayed:
        event_recorded.announce(event_id)
    return bool(replayed)


def _decide_all(event_id: int, *, now: datetime) -> None:
    event = TouchpointEvent.objects.select_related("source", "touchpoint").get(pk=event_id)
    if event.customer_id:  # one customer's events decide one after the other, or two would both be the first ask
        event.customer = Customer.objects.select_for_update().get(pk=event.customer_id)
    rules = TriggerRule.objects.meant_by(event).order_by("priority", "pk")
    person = person_of(event.customer) if event.customer else None
    policy, decided = policy_in_force(), list(Decision.objects.filter(event=event).select_related("rule"))
    asked_by = next((row.rule.name for row in decided if row.outcome == Decision.Outcome.ASK), "")
    rules = rules.exclude(pk__in=[row.rule_id for row in decided]).select_related("survey__live_version__survey")
    for rule in rules.prefetch_related("conditions"):
        occasion = occasion_of_event(event, rule, person=person, policy=policy, now=now, asked_by=asked_by)
        answer = decide(occasion)
        _write_decision(event, rule, answer, now=now)
        if answer.asks:
            asked_by = rule.name
            _invite(event, rule, answer)
    event.handled_at, event.leased_until, event.last_error = now, None, ""
    event.save(update_fields=["handled_at", "leased_until", "last_error"])


def _write_decision(event: TouchpointEvent, rule: TriggerRule, answer: Answer, *, now: datetime) -> None:
    Decision.objects.create(
        event=event,
        rule=rule,
        outcome=Decision.Outcome.ASK if answer.asks else Decision.Outcome.SKIP,
        reason=answer.reason,
        sentence=answer.sentence[:LONGEST_SENTENCE],
        trace=[asdict(line) for line in answer.trace],
        decided_at=now,
    )


def _invite(event: TouchpointEvent, rule: TriggerRule, answer: Answer) -> None:
    issue_invitation(
        rule.survey.live_version,
        answer.way,
        due_at=answer.due_at,
        customer=event.customer,
        touchpoint=event.touchpoint,
        event=event,
        rule=rule,
    )
