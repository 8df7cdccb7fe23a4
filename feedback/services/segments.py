"""Who belongs to a segment: looked up every night and whenever it is saved, kept as rows that lists can join."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count

from feedback.hooks import segment_changed
from feedback.models import CustomerProfile, Segment, SegmentCondition, SegmentMember
from feedback.services.rollups import mark_customers
from surveys.models import Customer, TouchpointEvent
from surveys.triggers.conditions import holds
from vocplatform.lib import lookups  # noqa: F401  registers any_of

AT_A_TIME = 2_000
Subject = SegmentCondition.Subject


def mark_segment(segment_id: int) -> None:
    """Have the members looked up again, now or by the next sweep."""
    Segment.objects.filter(pk=segment_id).update(counted_at=None)
    segment_changed.announce(segment_id)


@transaction.atomic
def count_segment(segment_id: int, *, now: datetime) -> int:
    """Look up who belongs to the segment and return how many. Figures follow by the marks of whoever came or went."""
    segment = Segment.objects.select_for_update().filter(pk=segment_id).first()
    if segment is None:
        return 0
    should = set(customers_of(segment, now=now)) if segment.is_active else set()
    are = set(segment.members.values_list("customer_id", flat=True))
    gone, new = sorted(are - should), sorted(should - are)
    mark_customers([*gone, *new], now=now)
    for start in range(0, len(gone), AT_A_TIME):
        segment.members.filter(customer__any_of=gone[start : start + AT_A_TIME]).delete()
    SegmentMember.objects.bulk_create(
        (SegmentMember(segment=segment, customer_id=pk, since=now) for pk in new), batch_size=500
    )
    segment.members_count, segment.counted_at = len(should), now
    segment.save(update_fields=["members_count", "counted_at"])
    return len(should)


@transaction.atomic
def delete_segment(segment_id: int) -> None:
    """A segment goes with its members and its figures; the customers and everybody's figures stay."""
    Segment.objects.filter(pk=segment_id).delete()


def customers_of(segment: Segment, *, now: datetime) -> Iterator[int]:
    """Yield the customers for whom every condition holds; without a condition that is nobody."""
    conditions = list(segment.conditions.all())
    last = 0
    while conditions:
        some = list(Customer.objects.present().filter(pk__gt=last).order_by("pk")[:AT_A_TIME])
        if not some:
            return
        last = some[-1].pk
        yield from _fitting(some, conditions, now=now)


def _fitting(customers: Sequence[Customer], conditions: Sequence[SegmentCondition], *, now: datetime) -> Iterator[int]:
    ids = [customer.pk for customer in customers]
    subjects = {condition.subject for condition in conditions}
    measured = _measured(ids, now) if Subject.MEASURED in subjects else {}
    events = {each.pk: _events(ids, each, now) for each in conditions if each.subject == Subject.EVENTS}
    for customer in customers:
        facts = {Subject.CUSTOMER: _facts(customer, now), Subject.MEASURED: measured.get(customer.pk, {})}
        if all(_holds(condition, facts, events, customer.pk) for condition in conditions):
            yield customer.pk


def _holds(condition: SegmentCondition, facts: Mapping, events: Mapping, customer_id: int) -> bool:
    if condition.subject == Subject.EVENTS:
        facts = {Subject.EVENTS: {condition.field: events[condition.pk].get(customer_id, 0)}}
    return holds(condition, facts) is True


def _events(ids: Sequence[int], condition: SegmentCondition, now: datetime) -> dict[int, int]:
    events = TouchpointEvent.objects.filter(customer__any_of=list(ids), occurred_at__lte=now).order_by()
    if condition.field:
        events = events.filter(touchpoint__slug=condition.field)
    if condition.within_days:
        events = events.filter(occurred_at__gt=now - timedelta(days=condition.within_days))
    return dict(events.values_list("customer_id").annotate(n=Count("pk")))


def _facts(customer: Customer, now: datetime) -> dict[str, object]:
    """A column of ours is never replaced by an attribute of the same name."""
    value = customer.annual_value
    return {
        **customer.attributes,
        "locale": customer.locale,
        "time_zone": customer.time_zone,
        "preferred_channel": customer.preferred_channel,
        "account_owner": customer.account_owner,
        "annual_value": None if value is None else str(value),
        "known_days": (now - customer.created_at).days,
    }


MEASURED = (
    "recency",
    "frequency",
    "monetary",
    "health",
    "risk",
    "silent_days",
    "usual_gap_days",
    "events_year",
    "answers_year",
    "last_score",
    "signs_count",
)


def _measured(ids: Sequence[int], now: datetime) -> dict[int, dict[str, object]]:
    profiles = CustomerProfile.objects.filter(customer__any_of=list(ids))
    return {profile.customer_id: measured_facts(profile, now=now) for profile in profiles}


def measured_facts(profile: CustomerProfile, *, now: datetime) -> dict[str, object]:
    """Numbers of last night's count by their names, the three fifths in one word, and the days since the start."""
    numbers = {name: getattr(profile, name) for name in MEASURED}
    fifths = (profile.recency, profile.frequency, profile.monetary)
    return numbers | {
        "rfm": "".join(map(str, fifths)) if None not in fifths else None,
        "tenure_days": (now - profile.first_event_at).days if profile.first_event_at else None,
        "has_left": "yes" if profile.left_at else "no",
    }
