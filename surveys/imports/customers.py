"""From a mapped row to a customer."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import available_timezones

from surveys.imports.mapping import MappingError, Row, RowError, Template, templates
from surveys.models import AddressChannel, Consent
from surveys.services.addresses import BadAddress
from surveys.services.consent import latest_consents, record_consent
from surveys.services.customers import CustomerDetails, CustomerErased, NobodyNamed, upsert_customer

FIELDS = {*CustomerDetails.COLUMNS, "external_id", "email", "phone"}
YES, NO = {"yes", "true", "1", "granted", "y"}, {"no", "false", "0", "withdrawn", "n"}


class CustomerMapping:
    """Reads `[customer]`, `[customer.attributes]` and `[customer.consent]` (email and sms: yes or no)."""

    def __init__(self, mapping: Mapping) -> None:
        table = mapping.get("customer") or {}
        self.fields = templates(table, where="customer")
        self.attributes = templates(table.get("attributes", {}), where="customer.attributes")
        self.consent = templates(table.get("consent", {}), where="customer.consent")
        unknown = set(self.fields) - FIELDS
        if unknown:
            raise MappingError(
                f"customer: unknown field {', '.join(sorted(unknown))}; known are {', '.join(sorted(FIELDS))}."
            )
        if not {"external_id", "email", "phone"} & set(self.fields):
            raise MappingError("customer: name at least one of external_id, email, phone.")

    @property
    def columns(self) -> list[str]:
        every = [*self.fields.values(), *self.attributes.values(), *self.consent.values()]
        return [column for template in every for column in template.columns]

    def details(self, row: Row) -> CustomerDetails:
        said = _said(self.fields, row)
        if "annual_value" in said:
            said["annual_value"] = _amount(said["annual_value"])
        if said.get("time_zone", "UTC") not in available_timezones():
            raise RowError(f"time_zone: “{said['time_zone'][:40]}” is not a zone such as Europe/Berlin.")
        if len(said.get("external_id", "")) > 255:
            raise RowError("external_id: longer than 255 characters.")
        return CustomerDetails(**said, attributes=_said(self.attributes, row))

    def taker(self, *, now: datetime) -> Callable[[Row], bool]:
        def take(row: Row) -> bool:
            try:
                customer, created = upsert_customer(self.details(row), now=now)
            except BadAddress as problem:
                raise RowError(f"address: {problem}") from problem
            except NobodyNamed:
                raise RowError("Neither a customer number nor an address is given.") from None
            except CustomerErased:
                raise RowError("This person asked to be forgotten.") from None
            self._record_consents(customer, row, now=now)
            return created

        return take

    def _record_consents(self, customer, row: Row, *, now: datetime) -> None:
        for channel, template in self.consent.items():
            if channel not in AddressChannel.values:
                raise RowError(f"consent: there is no channel “{channel}”.")
            answer = template.fill(row).lower()
            if answer in YES | NO:
                status = Consent.Status.GRANTED if answer in YES else Consent.Status.WITHDRAWN
                if latest_consents(customer.pk).get(channel) != status:
                    record_consent(customer, channel, status, source="import", now=now)
            elif answer:
                raise RowError(f"consent: “{answer[:20]}” is neither yes nor no.")


def _said(fields: Mapping[str, Template], row: Row) -> dict[str, str]:
    filled = {name: template.fill(row) for name, template in fields.items()}
    return {name: value for name, value in filled.items() if value}


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text.replace(" ", ""))
    except InvalidOperation:
        raise RowError(f"annual_value: “{text[:40]}” is not an amount such as 1200.50.") from None
    if not amount.is_finite() or abs(amount) >= Decimal("1e10"):
        raise RowError("annual_value: this amount cannot be right.")
    return amount.quantize(Decimal("0.01"))
