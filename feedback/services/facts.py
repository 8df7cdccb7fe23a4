"""Read events of other systems as facts: what happened, in the words that metrics are made of."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from feedback.models import Fact, FactRule
from feedback.models.fact import NUMBER_KINDS, YES_NO_KINDS
from surveys.models import TouchpointEvent

SETTLED = timedelta(seconds=60)  # events of a transaction that is still open get their numbers before they are seen
LOOKED_BACK = timedelta(days=3)
BATCH = 2000
YES, NO = {"yes", "true", "1", "y"}, {"no", "false", "0", "n"}


class NoValue(Exception):
    """The event says nothing that this kind of fact could use."""


def read_waiting_events(*, now: datetime) -> int:
    """Read one batch of new events for each rule; return how many events were looked at."""
    rules = FactRule.objects.filter(is_active=True).values_list("pk", flat=True)
    return sum(read_events(pk, now=now) for pk in list(rules))


@transaction.atomic
def read_events(rule_id: int, *, now: datetime, limit: int = BATCH) -> int:
    """Make facts of the next events behind the last one read. Reading twice makes nothing twice."""
    rule = FactRule.objects.select_for_update(of=("self",)).get(pk=rule_id)
    events = TouchpointEvent.objects.happened().filter(touchpoint_id=rule.touchpoint_id, pk__gt=rule.last_event_id)
    batch = list(events.filter(received_at__lt=now - SETTLED).order_by("pk")[:limit])
    if not batch:
        return 0
    unreadable = _make_facts(rule, batch)
    FactRule.objects.filter(pk=rule.pk).update(last_event_id=batch[-1].pk, unreadable=F("unreadable") + unreadable)
    return len(batch)


def recheck_facts(*, now: datetime) -> int:
    """Find recent events that committed late and were passed over; return how many facts were missing."""
    found = 0
    for rule in FactRule.objects.filter(is_active=True):
        made = Fact.objects.filter(rule=rule)
        passed = (
            TouchpointEvent.objects.happened()
            .filter(touchpoint_id=rule.touchpoint_id, pk__lte=rule.last_event_id, received_at__gte=now - LOOKED_BACK)
            .exclude(pk__in=made.filter(event__received_at__gte=now - LOOKED_BACK).values("event"))
        )
        before = made.count()
        _make_facts(rule, passed.order_by("pk").iterator(BATCH))
        found += made.count() - before
    return found


@transaction.atomic
def reread_rule(rule_id: int) -> None:
    """Forget what a rule made, after its meaning has changed; the sweep reads every event anew."""
    Fact.objects.filter(rule_id=rule_id).delete()
    FactRule.objects.filter(pk=rule_id).update(last_event_id=0, unreadable=0)


def _make_facts(rule: FactRule, events: Iterable[TouchpointEvent]) -> int:
    """Return how many events had no usable value."""
    facts, unreadable = [], 0
    for event in events:
        if not is_meant(rule, event.attributes):
            continue
        try:
            facts.append(_fact(rule, event))
        except NoValue:
            unreadable += 1
    Fact.objects.bulk_create(facts, ignore_conflicts=True, batch_size=500)
    return unreadable


def is_meant(rule: FactRule, attributes: dict) -> bool:
    if not rule.when_property:
        return True
    if rule.when_property not in attributes:
        return False
    return _text(attributes[rule.when_property]) == rule.when_value.strip().lower()


def _text(value: object) -> str:
    return str(value).strip().lower()  # True reads as "true", as it does in JSON


def _fact(rule: FactRule, event: TouchpointEvent) -> Fact:
    value = event.attributes.get(rule.value_property)
    return Fact(
        rule=rule,
        event=event,
        kind=rule.kind,
        touchpoint_id=event.touchpoint_id,
        customer_id=event.customer_id,
        occurred_at=event.occurred_at,
        number=number_of(value) if rule.kind in NUMBER_KINDS else None,
        yes=yes_or_no(value) if rule.kind in YES_NO_KINDS else None,
        run=str(event.attributes.get(rule.run_property, ""))[:120] if rule.run_property else "",
    )


def number_of(value: object) -> float:
    """Raises NoValue for what is no number from 0 on; yes and no are no numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise NoValue
    try:
        number = float(value)
    except ValueError:
        raise NoValue
    if not math.isfinite(number) or number < 0:
        raise NoValue
    return number


def yes_or_no(value: object) -> bool:
    """Raises NoValue for anything that says neither."""
    words = _text(value)
    if words in YES:
        return True
    if words in NO:
        return False
    raise NoValue
