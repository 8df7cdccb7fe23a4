"""Words in a text, with one meaning on both databases: words, “phrases” and -not, in any language.

A bare word finds every word that begins with it; a phrase in quotation marks finds whole words in a row; a minus in
front leaves texts out. Scripts that set no spaces between words (Thai, Chinese, Japanese …) have no words to look up
by name: there a term is looked for letter by letter, and so is one without any letter or number.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.db.models import Field, Lookup, Q

from vocplatform.lib.indexes import WordsIndex

TERM = re.compile(r'(-?)"([^"]*)"|(\S+)')
WORD = re.compile(r"[^\W_]+")
MOST_TERMS = 12
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True)
class Term:
    """`words` in a row; the last one may go on unless it is a phrase. `letters` where there are no words to look up."""

    words: tuple[str, ...] = ()
    letters: str = ""
    is_phrase: bool = False
    is_wanted: bool = True


def read_terms(asked: str) -> list[Term]:
    found = []
    for minus, phrase, bare in TERM.findall(unicodedata.normalize("NFC", asked.replace("\0", " "))):
        is_wanted = not minus
        if bare.startswith("-") and len(bare) > 1:
            is_wanted, bare = False, bare[1:]
        said = phrase or bare.strip('"')
        if said.strip():
            found.append(_term(said.strip(), is_phrase=bool(phrase), is_wanted=is_wanted))
    return found[:MOST_TERMS]


def _term(said: str, *, is_phrase: bool, is_wanted: bool) -> Term:
    words = tuple(WORD.findall(said))
    has_words = words and not UNSPACED.search(said) and not any(unicodedata.category(each)[0] == "M" for each in said)
    return Term(words if has_words else (), "" if has_words else said, is_phrase, is_wanted)


def says_q(field: str, asked: str, *, one_by_one: bool = False) -> Q:
    """The condition that a text with a `WordsIndex` says what was asked for.

    `one_by_one` is for a query that comes by the texts on another way: they are read as they are, without the index.
    """
    terms = read_terms(asked)
    by_name = tuple(term for term in terms if term.words)
    q = Q(**{f"{field}__{'reads' if one_by_one else 'says'}": by_name}) if by_name else Q()
    for term in terms:
        if term.letters:
            said = Q(**{f"{field}__icontains": term.letters})
            q &= said if term.is_wanted else ~said
    return q


@Field.register_lookup
class Says(Lookup):
    """`text__says=terms` by the full-text index of the field."""

    lookup_name = "says"
    prepare_rhs = False

    def as_postgresql(self, compiler, connection) -> tuple[str, list]:
        """The index knows words alone; whether they stand in a row is read in the few texts that have them all."""
        left, lhs_params = self.process_lhs(compiler, connection)
        parts, params = [], []
        if words := " & ".join(_postgresql(term) for term in self.rhs if term.is_wanted):
            parts.append(f"{WordsIndex.vector(left)} @@ to_tsquery('simple', %s)")
            params += [*lhs_params, words]
        for term in self.rhs:
            if len(term.words) > 1 or not term.is_wanted:
                parts.append(f"{left} {'~*' if term.is_wanted else '!~*'} %s")
                params += [*lhs_params, _pattern(term)]
        return f"({' AND '.join(parts)})", params

    def as_sqlite(self, compiler, connection) -> tuple[str, list]:
        quote = connection.ops.quote_name
        model = self.lhs.target.model
        table = quote(WordsIndex.of(model, self.lhs.target.name).name)
        key = f"{quote(self.lhs.alias)}.{quote(model._meta.pk.column)}"
        wanted = " AND ".join(_sqlite(term) for term in self.rhs if term.is_wanted)
        unwanted = " OR ".join(_sqlite(term) for term in self.rhs if not term.is_wanted)
        hits = f"{key} IN (SELECT rowid FROM {table} WHERE {table} MATCH %s)"  # noqa: S608  names come from our models
        parts, params = [], []
        for match, sql in ((wanted, hits), (unwanted, f"NOT {hits}")):
            if match:
                parts.append(sql)
                params.append(match)
        return f"({' AND '.join(parts)})", params

    as_sql = as_sqlite


@Field.register_lookup
class Reads(Says):
    """The same without the index on PostgreSQL: making a text into words costs ten times what reading it does."""

    lookup_name = "reads"

    def as_postgresql(self, compiler, connection) -> tuple[str, list]:
        left, lhs_params = self.process_lhs(compiler, connection)
        parts = [f"{left} {'~*' if term.is_wanted else '!~*'} %s" for term in self.rhs]
        params = [param for term in self.rhs for param in (*lhs_params, _pattern(term))]
        return f"({' AND '.join(parts)})", params


def _pattern(term: Term) -> str:
    between = "[^[:alnum:]]+"
    end = "($|[^[:alnum:]])" if term.is_phrase else ""
    return f"(^|[^[:alnum:]]){between.join(term.words)}{end}"


def _postgresql(term: Term) -> str:
    """Words hold letters and numbers only, so nothing in them can end a quotation."""
    words = [f"'{word}'" for word in term.words]
    if not term.is_phrase:
        words[-1] += ":*"
    return " & ".join(words)


def _sqlite(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + ("" if term.is_phrase else " *")
