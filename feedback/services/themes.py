"""Finding what comments are about. Searching twice gives the same rows again; whoever reads a comment anew, or changes
a theme, makes the responses wait again."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from feedback.analytics.selection import labels_of_answers
from feedback.models import Answer, Reading, Response, Taxonomy, Theme, ThemeMention, ThemeRule
from feedback.sentiment.engine import Context
from feedback.sentiment.registry import get_engine
from feedback.services.erasure import ERASED
from feedback.services.rollups import mark_responses
from feedback.services.scoring import Wording
from feedback.themes import match
from feedback.themes.clauses import Clause, clauses
from feedback.themes.syntax import read_rule
from surveys.models import SurveyVersion

log = logging.getLogger(__name__)
BATCH = 500
NEIGHBOURS = 50  # searched along with the one a task was sent for, so that a burst does not cost a transaction each


@transaction.atomic
def find_in_response(response_id: int, *, now: datetime) -> bool:
    """Search the comments of one scored response and say whether it was waiting for that."""
    return bool(_find(Response.objects.unthemed().filter(pk=response_id), now))


@transaction.atomic
def find_backlog(*, now: datetime, limit: int = BATCH) -> int:
    """Claim up to `limit` waiting responses that nobody else holds and return how many there were.

    First those never searched, then those searched with themes that have changed since, the last searched first. Both
    are taken as the index holds them: sorted by their keys, a million others would be looked through.
    """
    return _find(Response.objects.unthemed().order_by()[:limit], now) or _find(outdated()[:limit], now)


@transaction.atomic
def find_again(response_ids: Sequence[int], *, now: datetime) -> int:
    return _find(Response.objects.filter(pk__in=response_ids, scored_at__isnull=False), now)


def outdated() -> QuerySet[Response]:
    """Responses with a comment that was searched before the themes changed."""
    taxonomy = Taxonomy.objects.filter(pk=Taxonomy.ONLY).first()
    if taxonomy is None or not taxonomy.is_searching:
        return Response.objects.none()
    said = Answer.objects.filter(response=OuterRef("pk"), kind="text")
    return Response.objects.themed_before(taxonomy.changed_at).filter(Exists(said)).order_by("-themed_at")


def is_anybody_waiting() -> bool:
    """Also notes when nobody is: then responses of before the last change need not be looked through again."""
    if Response.objects.unthemed().exists():
        return True
    taxonomy = Taxonomy.objects.filter(pk=Taxonomy.ONLY).first()
    if taxonomy is None or not taxonomy.is_searching:
        return False
    if outdated().exists():
        return True
    same = Taxonomy.objects.filter(pk=Taxonomy.ONLY, changed_at=taxonomy.changed_at)
    same.update(searched_at=taxonomy.changed_at)
    return False


def how_many_wait() -> int:
    return Response.objects.unthemed().count() + outdated().count()


def current_taxonomy() -> match.Taxonomy:
    """Every rule of every active theme."""
    themes = Theme.objects.active()
    rules = ThemeRule.objects.filter(theme__in=themes).order_by("pk").values_list("theme_id", "pk", "language", "words")
    return _compiled(tuple(rules))


@lru_cache(maxsize=4)
def _compiled(rules: tuple[tuple[int, int, str, str], ...]) -> match.Taxonomy:
    return match.Taxonomy(match.Rule(theme, pk, code, tuple(read_rule(words))) for theme, pk, code, words in rules)


class Comment(NamedTuple):
    """A comment with what is known about it as a whole."""

    answer: int
    response: int
    text: str
    question: str
    language: str
    label: str
    compound: float | None


class Found(NamedTuple):
    """One theme in one comment, and the part that speaks of it; no part where the whole comment does."""

    comment: Comment
    theme: int
    rule: int
    spans: list[tuple[int, int]]
    part: str


def find_in(comments: Sequence[Comment], taxonomy: match.Taxonomy) -> Iterator[Found]:
    """What each comment is about, without writing anything. One that cannot be searched has no themes."""
    for comment in comments:
        try:
            yield from _find_in_one(comment, taxonomy)
        except Exception as problem:  # its neighbours must not wait for it; searched again when the themes change
            log.error("themes_failed answer=%s problem=%s", comment.answer, type(problem).__name__)


def _find_in_one(comment: Comment, taxonomy: match.Taxonomy) -> list[Found]:
    seen = match.scan(comment.text)
    hits = defaultdict(list)
    for hit in taxonomy.find(comment.text, comment.language, seen):
        hits[hit.theme].append(hit)
    cut = clauses(seen) if hits else []
    found = []
    for theme, mine in hits.items():
        spans = [(hit.start, hit.end) for hit in mine]
        found.append(Found(comment, theme, mine[0].rule, spans, _part(comment.text, cut, spans)))
    return found


def _part(text: str, cut: list[Clause], spans: list[tuple[int, int]]) -> str:
    own = [clause for clause in cut if any(clause[0] < end and start < clause[1] for start, end in spans)]
    return "" if len(own) == len(cut) else " ".join(text[start:end] for start, end in own)


def _find(waiting: QuerySet[Response], now: datetime) -> int:
    claimed = list(waiting.select_for_update(skip_locked=True).values_list("pk", "version_id"))
    if not claimed:
        return 0
    ids = [pk for pk, _version in claimed]
    version = Taxonomy.objects.filter(pk=Taxonomy.ONLY).values_list("number", flat=True).first() or 0
    comments = list(_comments(dict(claimed)))
    rows = _as_mentions(list(find_in(comments, current_taxonomy())), version)
    ThemeMention.objects.filter(answer__in=[comment.answer for comment in comments]).delete()
    ThemeMention.objects.bulk_create(rows, batch_size=BATCH)
    Response.objects.filter(pk__in=ids).update(themed_at=now)
    mark_responses({comment.response for comment in comments}, now=now)
    return len(ids)


def _comments(claimed: dict[int, int]) -> Iterator[Comment]:
    """What an erased customer wrote is gone, and what was found in it stays as it is."""
    said = Answer.objects.filter(response__in=claimed, kind="text", text__isnull=False).exclude(text__in=["", ERASED])
    rows = list(said.order_by("pk").values_list("pk", "response_id", "question_key", "text"))
    versions = SurveyVersion.objects.in_bulk(set(claimed.values()))
    questions = {pk: Wording(version.definition).questions for pk, version in versions.items()}
    readings = Reading.objects.filter(answer__in=[pk for pk, *_rest in rows], is_current=True).order_by()
    read = {pk: told for pk, *told in readings.values_list("answer_id", "language", "compound")}
    labels = labels_of_answers([pk for pk, *_rest in rows])
    for pk, response, key, text in rows:
        language, compound = read.get(pk, ("", None))
        asked = questions[claimed[response]].get(key, {}).get("text", "")
        yield Comment(pk, response, text, asked, language.partition("-")[0], labels.get(pk, ""), compound)


def _as_mentions(found: list[Found], version: int) -> list[ThemeMention]:
    """A part is read by itself, without the score, which belongs to the whole."""
    parts = [one for one in found if one.part and one.comment.label]
    asked = [(one.part, Context(question=one.comment.question, locale=one.comment.language)) for one in parts]
    readings = get_engine(settings.SENTIMENT_ENGINE).read_many(asked) if asked else []
    heard = {
        (one.comment.answer, one.theme): (reading.label, reading.compound)
        for one, reading in zip(parts, readings, strict=True)
    }
    return [
        ThemeMention(
            answer_id=one.comment.answer,
            response_id=one.comment.response,
            theme_id=one.theme,
            rule_id=one.rule,
            taxonomy_version=version,
            label=label,
            compound=compound,
            spans=one.spans,
        )
        for one in found
        for label, compound in [heard.get((one.comment.answer, one.theme), (one.comment.label, one.comment.compound))]
    ]
