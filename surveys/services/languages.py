"""A draft in further languages: added, taken away, translated by hand or from a file."""

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.definition.freeze import freeze
from surveys.definition.languages import language_choices, texts_of
from surveys.definition.schema import Definition, read_definition
from surveys.models import Survey, SurveyText
from vocplatform.lib.cells import guarded, unguarded
from vocplatform.lib.text import storable

HEAD = ("place", "original", "translation")
LONGEST_FILE = 1_000_000  # bytes
LONGEST_TEXT = 2_000


class BadFile(ValueError):
    """This is no file of translations for this survey; the text says why."""


class NotALanguage(ValueError):
    """No such language, or the survey speaks it already."""


class TextsChanged(Exception):
    """Somebody else translated the same texts meanwhile: place -> what stands there now."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(", ".join(texts))
        self.texts = dict(texts)


@dataclass(frozen=True, slots=True)
class Line:
    """One text of the survey in one further language. `is_stale`: the original changed after it was translated."""

    place: str
    original: str
    text: str
    is_ready_made: bool
    is_stale: bool

    @property
    def is_missing(self) -> bool:
        return not self.text


@transaction.atomic
def add_language(survey_id: int, locale: str) -> None:
    """Raises NotALanguage."""
    survey = _locked(survey_id)
    known = {code for _group, pairs in language_choices() for code, _name in pairs}
    if locale not in known or locale in {survey.locale, *survey.other_locales}:
        raise NotALanguage(locale)
    survey.other_locales = [*survey.other_locales, locale]
    survey.save(update_fields=["other_locales", "updated_at"])


@transaction.atomic
def drop_language(survey_id: int, locale: str) -> None:
    """Its texts go with it; versions that were published in it stay as they are."""
    survey = _locked(survey_id)
    survey.texts.filter(locale=locale).delete()
    survey.other_locales = [other for other in survey.other_locales if other != locale]
    survey.save(update_fields=["other_locales", "updated_at"])


@transaction.atomic
def write_texts(
    survey_id: int,
    locale: str,
    texts: Mapping[str, str],
    *,
    seen: Mapping[str, str] | None = None,
    still_right: Collection[str] = (),
) -> int:
    """Put these translations in the place of what stands there; an empty one takes it away. Returns how many changed.

    Places that the survey does not have are left alone. `seen` is what the editor found: what she did not touch stays
    as somebody else may have left it, and what both changed raises TextsChanged. Places in `still_right` fit the
    original as it reads by now. Raises NotALanguage.
    """
    survey = Survey.objects.with_draft().select_for_update(of=("self",)).get(pk=survey_id)
    if locale not in survey.other_locales:
        raise NotALanguage(locale)
    lines = {line.place: line for line in lines_of(survey, locale)}
    wanted = {place: _tidy(text)[:LONGEST_TEXT] for place, text in texts.items() if place in lines}
    if seen is not None:
        touched = {place: text for place, text in wanted.items() if text != _tidy(seen.get(place, ""))}
        clashes = {
            place: lines[place].text
            for place, text in touched.items()
            if lines[place].text not in {_tidy(seen.get(place, "")), text}
        }
        if clashes:
            raise TextsChanged(clashes)
        wanted = {place: text for place, text in wanted.items() if place in touched or place in still_right}
    changed = [place for place, text in wanted.items() if text != lines[place].text or (text and place in still_right)]
    for place in changed:
        _write(survey, locale, lines[place], wanted[place])
    return len(changed)


def _write(survey: Survey, locale: str, line: Line, text: str) -> None:
    if text:
        values = {"text": text, "source": line.original}
        SurveyText.objects.update_or_create(survey=survey, locale=locale, place=line.place, defaults=values)
    else:
        survey.texts.filter(locale=locale, place=line.place).delete()


def _tidy(text: str) -> str:
    return storable(text).strip()


def _locked(survey_id: int) -> Survey:
    return Survey.objects.select_for_update(of=("self",)).get(pk=survey_id)


def lines_of(survey: Survey, locale: str) -> list[Line]:
    """Every text of a loaded draft beside its translation, in the order of the survey."""
    definition = read_definition(freeze(survey))
    rows = {row.place: row for row in survey.texts.all() if row.locale == locale}
    said = definition.translations.get(locale, {})
    return [
        _line(place, original, said.get(place, ""), rows.get(place)) for place, original in texts_of(definition).items()
    ]


def _line(place: str, original: str, text: str, row: SurveyText | None) -> Line:
    is_stale = row is not None and row.source != original
    return Line(place, original, text, is_ready_made=bool(text) and row is None, is_stale=is_stale)


def stale_places(survey: Survey, definition: Definition) -> dict[str, int]:
    """Language -> how many of its texts were translated from an older original."""
    originals = texts_of(definition)
    found: dict[str, int] = {}
    for row in survey.texts.all() if survey.pk else ():
        if row.locale in survey.other_locales and originals.get(row.place, row.source) != row.source:
            found[row.locale] = found.get(row.locale, 0) + 1
    return found


def texts_as_csv(survey: Survey, locale: str) -> str:
    """One line a text, for a translator: only the last column is read again."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for line in lines_of(survey, locale):
        writer.writerow([line.place, guarded(line.original), guarded(line.text)])
    return "\ufeff" + out.getvalue()  # without the mark Excel takes UTF-8 for something else


def read_csv(content: bytes) -> dict[str, str]:
    """Place -> translation, as `texts_as_csv` wrote it and a spreadsheet may have saved it. Raises BadFile."""
    if len(content) > LONGEST_FILE:
        raise BadFile(_("The file is larger than one megabyte."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise BadFile(_("The file is not UTF-8: save it as “CSV UTF-8”.")) from problem
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error as problem:
        raise BadFile(_("The file cannot be read as a table.")) from problem
    if not rows or [cell.strip().lower() for cell in rows[0][:3]] != list(HEAD):
        raise BadFile(_("The first line must be: %(head)s.") % {"head": ", ".join(HEAD)})
    return {row[0].strip(): unguarded(row[2]) for row in rows[1:] if len(row) >= 3}
