"""From mapped rows to responses."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from feedback.models import Response
from feedback.services.collected import Collected, record_responses
from feedback.services.responses import AnswersRefused
from surveys.imports.layout import ensure_journey, ensure_survey
from surveys.imports.mapping import MappingError, Row, RowError, check_names, moment, table_of, templates, zone_of
from surveys.imports.run import TakeRows
from surveys.models import Channel, Customer, Touchpoint
from surveys.services.customers import LOCALE
from surveys.services.published import loaded

FIELDS = {"id", "customer", "touchpoint", "channel", "locale", "submitted_at"}


class ResponseMapping:
    """Reads `[survey]`, `[response]`, `[answers]`, `[missing]` and, where it has to be made, `[journey]`."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.fields = templates(table_of(mapping, "response"), where="response")
        self.answers = templates(table_of(mapping, "answers"), where="answers")
        self.missing = {key: _values(key, values) for key, values in table_of(mapping, "missing").items()}
        self.zone = zone_of(mapping)
        check_names(self.fields, FIELDS, where="response")
        for needed in ("id", "submitted_at"):
            if needed not in self.fields:
                raise MappingError(f"response: “{needed}” is missing.")
        if not self.answers:
            raise MappingError("answers: name at least one question.")
        check_names(self.missing, self.answers, where="missing")

    @property
    def columns(self) -> list[str]:
        return [column for each in (*self.fields.values(), *self.answers.values()) for column in each.columns]

    def taker(self, *, now: datetime) -> TakeRows:
        with transaction.atomic():
            ensure_journey(table_of(self.mapping, "journey"))
            version = ensure_survey(table_of(self.mapping, "survey"), now=now).live_version
            self._check_questions({question.key for question in loaded(version).definition.questions})
        touchpoints = dict(Touchpoint.objects.values_list("slug", "pk"))

        def take(rows: list[Row]) -> list[bool | RowError]:
            customers, read = self._customers(rows), []
            for row in rows:
                try:
                    read.append(self._read(row, customers, touchpoints, now))
                except RowError as problem:
                    read.append(problem)
            good = [each for each in read if isinstance(each, Collected)]
            taken = iter(record_responses(version, good, source_type=Response.SourceType.IMPORT, now=now))
            return [each if isinstance(each, RowError) else _outcome(next(taken)) for each in read]

        return take

    def _customers(self, rows: list[Row]) -> dict[str, Customer]:
        template = self.fields.get("customer")
        numbers = {template.fill(row) for row in rows} if template else set()
        return {each.external_id: each for each in Customer.objects.present().filter(external_id__in=numbers - {""})}

    def _read(
        self, row: Row, customers: Mapping[str, Customer], touchpoints: Mapping[str, int], now: datetime
    ) -> Collected:
        said = {name: template.fill(row) for name, template in self.fields.items()}
        submitted_at = moment(said["submitted_at"], field="submitted_at", zone=self.zone)
        if submitted_at > now:
            raise RowError("submitted_at: lies in the future.")
        return Collected(
            answers=self.answers_of(row),
            submitted_at=submitted_at,
            external_ref=_reference(said["id"]),
            customer=_customer(said.get("customer", ""), customers),
            touchpoint=_touchpoint(said.get("touchpoint", ""), touchpoints),
            channel=_channel(said.get("channel", "")),
            locale=_locale(said.get("locale", "")),
        )

    def answers_of(self, row: Row) -> dict[str, str]:
        """The row's answers as they would come from a form. Raises RowError when it has none."""
        filled = {key: template.fill(row) for key, template in self.answers.items()}
        given = {key: text for key, text in filled.items() if text and text not in self.missing.get(key, ())}
        if not given:
            raise RowError("This row answers no question.")
        return given

    def _check_questions(self, known: set[str]) -> None:
        strange = sorted(set(self.answers) - known)
        if strange:
            raise MappingError(
                f"answers: the survey has no question {', '.join(strange)}; it has {', '.join(sorted(known))}."
            )


def _values(key: str, values: object) -> set[str]:
    if not isinstance(values, list):
        raise MappingError(f'missing.{key}: expected a list such as ["0", "6"].')
    return {str(value) for value in values}


def _locale(text: str) -> str:
    if text and not LOCALE.fullmatch(text):
        raise RowError(f"locale: “{text[:20]}” is not a language such as de or pt-BR.")
    return text


def _outcome(taken: bool | AnswersRefused) -> bool | RowError:
    if isinstance(taken, AnswersRefused):
        return RowError("; ".join(f"{key}: {text}" for key, text in taken.errors.items()))
    return taken


def _reference(text: str) -> str:
    if not text or len(text) > 120:
        raise RowError("id: must have 1 to 120 characters.")
    return text


def _customer(number: str, known: Mapping[str, Customer]) -> Customer | None:
    if not number:
        return None
    if number not in known:
        raise RowError(f"customer: nobody has the number “{number[:60]}”; import the customers first.")
    return known[number]


def _touchpoint(slug: str, known: Mapping[str, int]) -> Touchpoint | None:
    if not slug:
        return None
    if slug not in known:
        raise RowError(f"touchpoint: there is no “{slug[:60]}”.")
    return Touchpoint(pk=known[slug])


def _channel(text: str) -> str:
    if text and text not in Channel.values:
        raise RowError(f"channel: “{text[:20]}” is none of {', '.join(Channel.values)}.")
    return text or Channel.API
