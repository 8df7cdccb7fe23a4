"""Looking for themes that nobody has named yet: what customers say more often than before and no theme catches."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback.analytics.filters import Filters
from feedback.models import Answer, Response, Taxonomy, Theme, ThemeMention, ThemeSuggestion
from feedback.services.erasure import ERASED
from feedback.services.taxonomy import add_phrases, create_theme
from feedback.themes.phrases import phrases_of
from feedback.themes.rising import LEAST_COMMENTS, Rise, clusters, rising
from vocplatform.lib.periods import Period, day_of, last_days

LANGUAGE = "en"  # phrases need a list of small words, and this is the language that has one
NEW_DAYS, OLD_DAYS = 30, 150
EVERY = timedelta(days=30)
MOST_NOW, MOST_BEFORE = 20_000, 60_000  # newest responses of each period; more would not change what is clear
MOST_SUGGESTIONS = 20
MOST_PHRASES = 8
EXAMPLES = 5
CHUNK = 2000


class AlreadyDecided(Exception):
    """Somebody else has decided about this suggestion, or a newer search no longer makes it."""


class NameTaken(ValueError):
    """There is a theme of this name already; the text says so."""


class Said(NamedTuple):
    """One response in a period: its comments, and where in them themes were found."""

    response: int
    answer: int
    text: str
    spans: list


def is_due(*, now: datetime) -> bool:
    last = Taxonomy.objects.filter(pk=Taxonomy.ONLY).values_list("discovered_at", flat=True).first()
    return last is None or now - last >= EVERY


def discover_when_due(*, now: datetime) -> int:
    return discover_themes(now=now) if is_due(now=now) else 0


@transaction.atomic
def discover_themes(*, now: datetime) -> int:
    """Suggest what has risen in the last month; returns how many suggestions wait now.

    What was decided is not suggested again, and suggestions of the search before that are still undecided give way.
    """
    taxonomy, _made = Taxonomy.objects.select_for_update().get_or_create(pk=Taxonomy.ONLY, defaults={"changed_at": now})
    latest = last_days(NEW_DAYS, today=day_of(now, timezone.get_default_timezone()))
    earlier = Period(latest.first_on - timedelta(days=OLD_DAYS), latest.first_on - timedelta(days=1))
    said_in, n_now, examples = _phrases_now(latest)
    before, n_before = _phrases_before(earlier, set(said_in))
    found = []
    if n_before:
        rises = rising({phrase: len(held) for phrase, held in said_in.items()}, n_now, before, n_before)
        found = clusters(rises, said_in)
    ThemeSuggestion.objects.waiting().delete()
    decided = {phrase for phrases in ThemeSuggestion.objects.values_list("phrases", flat=True) for phrase in phrases}
    fresh = [group for group in found if not decided.intersection(rise.phrase for rise in group)][:MOST_SUGGESTIONS]
    ThemeSuggestion.objects.bulk_create(
        _suggestion(group, said_in, examples, latest, n_now, n_before) for group in fresh
    )
    taxonomy.discovered_at = now
    taxonomy.save(update_fields=["discovered_at"])
    return len(fresh)


def _suggestion(group: list[Rise], said_in, examples, latest: Period, n_now: int, n_before: int) -> ThemeSuggestion:
    name = group[0]
    return ThemeSuggestion(
        phrase=name.phrase[:100],
        phrases=[rise.phrase for rise in group[:MOST_PHRASES]],
        language=LANGUAGE,
        first_on=latest.first_on,
        last_on=latest.last_on,
        mentions=name.now,
        comments=n_now,
        mentions_before=name.before,
        comments_before=n_before,
        z=round(name.z, 2),
        examples=sorted(examples[response] for response in sorted(said_in[name.phrase])[-EXAMPLES:]),
    )


def _phrases_now(period: Period) -> tuple[dict[str, set[int]], int, dict[int, int]]:
    """Phrases with the responses that hold them, how many responses there are, and an answer of each."""
    said_in: dict[str, set[int]] = {}
    examples: dict[int, int] = {}
    for said in _comments(period, MOST_NOW):
        examples.setdefault(said.response, said.answer)
        for phrase in phrases_of(said.text, said.spans):
            said_in.setdefault(phrase, set()).add(said.response)
    often = {phrase: held for phrase, held in said_in.items() if len(held) >= LEAST_COMMENTS}
    return often, len(examples), examples


def _phrases_before(period: Period, wanted: set[str]) -> tuple[Counter, int]:
    counts: Counter = Counter()
    held: dict[int, set[str]] = {}
    for said in _comments(period, MOST_BEFORE):
        held.setdefault(said.response, set()).update(wanted.intersection(phrases_of(said.text, said.spans)))
    for phrases in held.values():
        counts.update(phrases)
    return counts, len(held)


def _comments(period: Period, most: int) -> Iterator[Said]:
    counted = Response.objects.filter(Filters(period=period).response_q(), scored_at__isnull=False)
    ids = list(counted.filter(answers__kind="text").order_by("-pk").distinct().values_list("pk", flat=True)[:most])
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        spans: dict[int, list] = {}
        for answer, found in ThemeMention.objects.filter(response__any_of=some).values_list("answer_id", "spans"):
            spans.setdefault(answer, []).extend(found)
        answers = Answer.objects.filter(response__any_of=some, kind="text", text__isnull=False).exclude(text=ERASED)
        read = answers.filter(readings__is_current=True, readings__language=LANGUAGE).order_by("pk")
        for pk, response, text in read.values_list("pk", "response_id", "text"):
            yield Said(response, pk, text, spans.get(pk, []))


@transaction.atomic
def accept_suggestion(
    pk: int, *, name: str, parent: Theme | None = None, actor: AbstractBaseUser, now: datetime
) -> Theme:
    """Make it a theme, found by its phrases in everything that was said. Raises AlreadyDecided, NameTaken."""
    suggestion = _waiting(pk)
    if Theme.objects.filter(name__iexact=name, parent=parent).exists():
        raise NameTaken(_("There is a theme of this name already. Choose another, or add the words to it."))
    theme = create_theme(name, phrases=suggestion.phrases, language=suggestion.language, parent=parent, now=now)
    suggestion.decide(ThemeSuggestion.Status.ACCEPTED, theme=theme, actor=actor, now=now)
    return theme


@transaction.atomic
def merge_suggestion(pk: int, *, theme: Theme, actor: AbstractBaseUser, now: datetime) -> Theme:
    """Add its phrases to the words of a theme. Raises AlreadyDecided."""
    suggestion = _waiting(pk)
    add_phrases(theme, suggestion.phrases, language=suggestion.language, now=now)
    suggestion.decide(ThemeSuggestion.Status.MERGED, theme=theme, actor=actor, now=now)
    return theme


@transaction.atomic
def dismiss_suggestion(pk: int, *, actor: AbstractBaseUser, now: datetime) -> None:
    """It is never suggested again. Raises AlreadyDecided."""
    _waiting(pk).decide(ThemeSuggestion.Status.DISMISSED, theme=None, actor=actor, now=now)


def _waiting(pk: int) -> ThemeSuggestion:
    suggestion = ThemeSuggestion.objects.select_for_update().waiting().filter(pk=pk).first()
    if suggestion is None:
        raise AlreadyDecided(pk)
    return suggestion
