"""From a mapped row to events: an order's row may tell of its purchase, its payment and its delivery."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from surveys.imports.customers import attributes_of, customer_number, said_attributes
from surveys.imports.layout import ensure_journey, ensure_source
from surveys.imports.mapping import (
    MappingError,
    Row,
    RowError,
    Template,
    check_names,
    past_moment,
    table_of,
    tables_of,
    templates,
    zone_of,
)
from surveys.models import Source, Touchpoint
from surveys.services.addresses import BadAddress
from surveys.services.customers import CustomerDetails, NobodyNamed
from surveys.services.events import EventConflict, EventDetails, record_event

FIELDS = {"id", "touchpoint", "customer", "occurred_at"}


@dataclass(frozen=True)
class EventPlan:
    """One `[[event]]` of the mapping."""

    fields: Mapping[str, Template]
    attributes: Mapping[str, Template]

    @classmethod
    def read(cls, table: Mapping) -> "EventPlan":
        fields = templates(table, where="event", tables={"attributes"})
        check_names(fields, FIELDS, where="event")
        if lacking := {"id", "touchpoint", "occurred_at"} - set(fields):
            raise MappingError(f"event: {', '.join(sorted(lacking))} is missing.")
        return cls(fields, attributes_of(table, where="event."))

    def details(
        self, row: Row, touchpoints: Mapping[str, Touchpoint], zone: ZoneInfo, *, now: datetime
    ) -> EventDetails | None:
        """None when the time is empty: this did not happen."""
        said = {name: template.fill(row) for name, template in self.fields.items()}
        if not said["occurred_at"]:
            return None
        if not said["id"] or len(said["id"]) > 100:
            raise RowError("id: must have 1 to 100 characters.")
        if said["touchpoint"] not in touchpoints:
            raise RowError(f"touchpoint: there is no “{said['touchpoint'][:60]}”.")
        number = customer_number(said.get("customer", ""), field="customer")
        return EventDetails(
            event_id=said["id"],
            touchpoint=touchpoints[said["touchpoint"]],
            occurred_at=past_moment(said["occurred_at"], field="occurred_at", zone=zone, now=now),
            customer=CustomerDetails(external_id=number) if number else None,
            attributes=said_attributes(self.attributes, row),
        )


class EventMapping:
    """Reads `[source]`, `[[event]]` and, where it has to be made, `[journey]`."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.plans = [EventPlan.read(table) for table in tables_of(mapping, "event")]
        check_names(table_of(mapping, "source"), {"slug"}, where="source")
        self.slug = str(table_of(mapping, "source").get("slug", "")).strip()
        self.zone = zone_of(mapping)
        if not self.plans:
            raise MappingError("event: describe at least one [[event]].")
        if not self.slug:
            raise MappingError("source: “slug” is missing; it names the system the ids belong to.")

    @property
    def columns(self) -> list[str]:
        every = [template for plan in self.plans for template in (*plan.fields.values(), *plan.attributes.values())]
        return [column for template in every for column in template.columns]

    def taker(self, *, now: datetime) -> Callable[[Row], bool]:
        with transaction.atomic():
            source = ensure_source(self.slug)
            ensure_journey(table_of(self.mapping, "journey"))
        touchpoints = {touchpoint.slug: touchpoint for touchpoint in Touchpoint.objects.all()}

        def take(row: Row) -> bool:
            told = [plan.details(row, touchpoints, self.zone, now=now) for plan in self.plans]
            happened = [details for details in told if details]
            if not happened:
                raise RowError("occurred_at: every time in this row is empty, so nothing happened.")
            new = [_record(source, details, now=now) for details in happened]  # a list: every one must be kept
            return any(new)

        return take


def _record(source: Source, details: EventDetails, *, now: datetime) -> bool:
    try:
        return record_event(source, details, now=now)[1]
    except EventConflict:
        raise RowError(f"id: “{details.event_id}” was used before for something else.") from None
    except (BadAddress, NobodyNamed) as problem:
        raise RowError(f"customer: {problem}") from problem
