"""From a mapped row to a customer."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError

from surveys.imports.mapping import MappingError, Row, RowError, Template, check_names, table_of, templates
from surveys.models import AddressChannel, Consent, Customer
from surveys.services.addresses import BadAddress
from surveys.services.consent import latest_consents, record_consent
from surveys.services.customers import LOCALE, CustomerDetails, CustomerErased, NobodyNamed, upsert_customer

FIELDS = {*CustomerDetails.COLUMNS, "external_id", "email", "phone"}
YES, NO = {"yes", "true", "1", "granted", "y"}, {"no", "false", "0", "withdrawn", "n"}
TABLES = {"attributes", "consent"}
SIGNS = {
    ".": re.compile(r"-?\d{1,10}(\.\d{1,2})?", re.ASCII),
    ",": re.compile(r"-?(\d{1,10}|\d{1,3}(\.\d{3}){1,3})(,\d{1,2})?", re.ASCII),
}
MOST_ATTRIBUTES, LONGEST_NAME, LONGEST_ATTRIBUTE = 200, 80, 10_000


class CustomerMapping:
    """Reads `[customer]`, `[customer.attributes]` and `[customer.consent]` (email and sms: yes or no)."""

    def __init__(self, mapping: Mapping) -> None:
        table = table_of(mapping, "customer")
        self.fields = templates(table, where="customer", tables=TABLES)
        self.attributes = attributes_of(table, where="customer.")
        self.consent = templates(table_of(table, "consent", where="customer."), where="customer.consent")
        self.decimal = table_of(mapping, "file").get("decimal", ".")
        check_names(self.fields, FIELDS, where="customer")
        check_names(self.consent, AddressChannel.values, where="customer.consent")
        if not {"external_id", "email", "phone"} & set(self.fields):
            raise MappingError("customer: name at least one of external_id, email, phone.")
        if self.decimal not in SIGNS:
            raise MappingError("file: decimal is either . or ,")

    @property
    def columns(self) -> list[str]:
        every = [*self.fields.values(), *self.attributes.values(), *self.consent.values()]
        return [column for template in every for column in template.columns]

    def details(self, row: Row) -> CustomerDetails:
        said = _said(self.fields, row)
        if "annual_value" in said:
            said["annual_value"] = _amount(said["annual_value"], self.decimal)
        if said.get("time_zone", "UTC") not in available_timezones():
            raise RowError(f"time_zone: “{said['time_zone'][:40]}” is not a zone such as Europe/Berlin.")
        if not LOCALE.fullmatch(said.get("locale", "en")):
            raise RowError(f"locale: “{said['locale'][:20]}” is not a language such as de or pt-BR.")
        _check_details({name: said[name] for name in said if name not in ("email", "phone")})
        return CustomerDetails(**said, attributes=said_attributes(self.attributes, row))

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


def attributes_of(table: Mapping, *, where: str) -> dict[str, Template]:
    """What `[….attributes]` takes over. Raises MappingError beyond what the API takes."""
    fields = templates(table_of(table, "attributes", where=where), where=f"{where}attributes")
    if len(fields) > MOST_ATTRIBUTES or any(len(name) > LONGEST_NAME for name in fields):
        raise MappingError(f"{where}attributes: at most {MOST_ATTRIBUTES}, with names of {LONGEST_NAME} characters.")
    return fields


def said_attributes(fields: Mapping[str, Template], row: Row) -> dict[str, str]:
    said = _said(fields, row)
    for name, value in said.items():
        if len(value) > LONGEST_ATTRIBUTE:
            raise RowError(f"{name}: longer than {LONGEST_ATTRIBUTE} characters.")
    return said


def customer_number(text: str, *, field: str) -> str:
    if len(text) > Customer._meta.get_field("external_id").max_length:
        raise RowError(f"{field}: longer than 255 characters.")
    return text


def _check_details(said: Mapping[str, object]) -> None:
    """By the rules of the columns themselves. Raises RowError in each field's own words."""
    customer = Customer(**said)
    try:
        customer.clean_fields(exclude={field.name for field in Customer._meta.fields} - set(said))
    except ValidationError as wrong:
        told = (f"{name}: {' '.join(sentences)}" for name, sentences in wrong.message_dict.items())
        raise RowError("; ".join(told)) from None


def _amount(text: str, sign: str) -> Decimal:
    """Written in one way only: "1.234" is a thousand to some and a little more than one to others."""
    plain = text.replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
    if not SIGNS[sign].fullmatch(plain):
        example = "1200.50" if sign == "." else "1.200,50"
        raise RowError(f"annual_value: “{text[:40]}” is not an amount such as {example}.")
    return Decimal(plain if sign == "." else plain.replace(".", "").replace(",", "."))
