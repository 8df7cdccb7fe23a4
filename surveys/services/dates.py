"""A rule may wait for a date of the customer instead of an event: when its morning comes, a sweep makes one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.db.models.fields.json import KeyTransform
from django.utils import translation
from django.utils.translation import gettext as _

from surveys.hooks import event_recorded
from surveys.models import Customer, Source, TouchpointEvent, TriggerRule
from surveys.services.events import in_batches
from surveys.services.occasions import zones_of
from surveys.triggers.dates import called_at, read_day

SOURCE = "dates"
COMING_DAYS = 30
ZONES_APART = timedelta(days=2)  # more than the ends of the world are apart, twice
MOST_EXAMPLES = 5
MOST_AT_ONCE = 1000
CHUNK = 500
Day = tuple[int, date | None]  # customer and what the record says


@dataclass(frozen=True)
class Call:
    customer: Customer
    day: date
    at: datetime


def calls_between(
    rule: TriggerRule, *, since: datetime, until: datetime, days: Iterable[Day] | None = None
) -> list[Call]:
    """Whom the rule's date calls after `since` and not after `until`, the earliest first.

    `days` are those of `days_of`, where somebody has just read them.
    """
    lead = timedelta(days=rule.days_before)
    first, last = (since - ZONES_APART).date(), (until + ZONES_APART).date()
    read = days_of(rule) if days is None else days
    near = {pk: day for pk, day in read if day and first <= _shifted(day, lead) <= last}
    calls = []
    for customer in _in_chunks(list(near)):
        at = called_at(near[customer.pk], rule.days_before, zones_of(customer))
        if at is not None and since < at <= until:
            calls.append(Call(customer, near[customer.pk], at))
    return sorted(calls, key=lambda call: (call.at, call.customer.pk))


def call_by_dates(*, now: datetime) -> int:
    """Make the events whose morning has come and is not over too long ago; returns how many are new.

    One event per rule, customer and day, whatever happens twice. A rule that could not ask now calls nobody, so that
    its customers are called once it can.
    """
    rules = TriggerRule.objects.by_date().in_force(now).select_related("survey", "touchpoint")
    return sum(_call(rule, now=now) for rule in rules if rule.survey.live_version_id and rule.survey.is_open(now))


def note_dates(rule: TriggerRule, *, now: datetime, days: Iterable[Day] | None = None) -> None:
    """Write down for staff what the customers' records hold, above all what is no date."""
    lead, until = timedelta(days=rule.days_before), (now + timedelta(days=COMING_DAYS)).date()
    known = coming = 0
    unreadable = []
    for pk, day in days_of(rule) if days is None else days:
        known += 1
        if day is None:
            unreadable.append(pk)
        else:
            coming += now.date() <= _shifted(day, lead) <= until
    report = {"known": known, "coming": coming, "unreadable": len(unreadable), "examples": unreadable[:MOST_EXAMPLES]}
    rule.dates_report, rule.dates_looked_at = report, now
    TriggerRule.objects.filter(pk=rule.pk).update(dates_report=report, dates_looked_at=now)


def what_is_no_date(rule: TriggerRule) -> list[tuple[Customer, str]]:
    """Some customers whose record is not readable, with what it says; who was mended or erased since is left out."""
    found = Customer.objects.present().in_bulk(rule.dates_report.get("examples", []))
    said = [(customer, customer.attributes.get(rule.date_field)) for customer in found.values()]
    return [(customer, str(value)) for customer, value in said if value not in (None, "") and read_day(value) is None]


def dates_in_words(rule: TriggerRule) -> str:
    """Empty before anybody has looked."""
    if not rule.dates_report:
        return ""
    said = _("%(known)s customers have “%(field)s”; %(coming)s of them come due within %(days)s days.") % {
        "known": rule.dates_report["known"],
        "field": rule.date_field,
        "coming": rule.dates_report["coming"],
        "days": COMING_DAYS,
    }
    if not rule.dates_report["unreadable"]:
        return said
    left_out = _("%(count)s hold something that is no date (2027-03-01) and are never asked by this rule.")
    return f"{said} {left_out % {'count': rule.dates_report['unreadable']}}"


def event_of(rule: TriggerRule, call: Call, source: Source) -> TouchpointEvent:
    """Not saved. What called is told as an attribute, for conditions and for the words of the letter."""
    return TouchpointEvent(
        source=source,
        event_id=f"{rule.pk}:{call.customer.pk}:{call.day}",
        touchpoint=rule.touchpoint,
        customer=call.customer,
        occurred_at=call.at,
        attributes={rule.date_field: call.day.isoformat()},
        called_by=rule if rule.pk else None,
        due_on=call.day,
    )


def source_of_dates() -> Source:
    with translation.override(settings.LANGUAGE_CODE):
        name = _("Dates of customers")
    return Source.objects.get_or_create(slug=SOURCE, defaults={"name": name})[0]


def _call(rule: TriggerRule, *, now: datetime) -> int:
    days = list(days_of(rule))
    note_dates(rule, now=now, days=days)
    source = source_of_dates()
    calls = calls_between(rule, since=now - timedelta(hours=rule.window_hours), until=now, days=days)
    events = [event_of(rule, call, source) for call in calls]
    known = _known(events, source)
    new = [event for event in events if event.event_id not in known][:MOST_AT_ONCE]
    return sum(in_batches(new, lambda event: _keep(event, now=now)))


def _keep(event: TouchpointEvent, *, now: datetime) -> bool:
    """True when it is new: another sweep may be at it in the same moment."""
    said = {name: getattr(event, name) for name in ("touchpoint", "occurred_at", "attributes", "called_by", "due_on")}
    row, is_new = TouchpointEvent.objects.get_or_create(
        source=event.source,
        event_id=event.event_id,
        defaults={"customer_id": event.customer_id, "received_at": now, **said},
    )
    if is_new:
        event_recorded.announce(row.pk)
    return is_new


def _known(events: Sequence[TouchpointEvent], source: Source) -> set[str]:
    ids = [event.event_id for event in events]
    parts = (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
    rows = TouchpointEvent.objects.filter(source=source).order_by().values_list("event_id", flat=True)
    return {known for part in parts for known in rows.filter(event_id__in=part)}


def days_of(rule: TriggerRule) -> Iterator[Day]:
    """Each customer whose record says anything there; the day is None where that is no date."""
    named = Customer.objects.present().filter(attributes__has_key=rule.date_field).order_by()
    rows = named.annotate(said=KeyTransform(rule.date_field, F("attributes"))).values_list("pk", "said")
    for pk, said in rows.iterator(chunk_size=5000):
        if said not in (None, ""):
            yield pk, read_day(said)


def _shifted(day: date, lead: timedelta) -> date:
    try:
        return day - lead
    except OverflowError:
        return day


def _in_chunks(ids: list[int]) -> Iterator[Customer]:
    for start in range(0, len(ids), CHUNK):
        yield from Customer.objects.filter(pk__in=ids[start : start + CHUNK])
