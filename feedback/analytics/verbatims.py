from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from feedback.analytics.answered import ShownAnswer, answers_of
from feedback.analytics.filters import Filters
from feedback.analytics.selection import Versions, newest, newest_keys, select_responses, without_small_groups
from feedback.models import Answer, Response

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A response as one line: its first score and its first comment."""

    response: Response
    score: ShownAnswer | None
    comment: ShownAnswer | None


def as_verbatim(response: Response, theme: str = "") -> Verbatim:
    """The response comes from `with_answers`. Of several comments the first, or the first on the theme."""
    shown = list(answers_of(response))
    return Verbatim(
        response,
        next((each for each in shown if each.is_scale), None),
        next((each for each in shown if each.answer.text and each.speaks_of(theme)), None),
    )


def spoken(filters: Filters, *, at_least: int, limit: int = SHOWN) -> list[str]:
    """The newest words alone, without who said them or when; none where fewer than so many people wrote."""
    said = Answer.objects.filter(kind="text", text__isnull=False).exclude(text="")
    wrote = select_responses(filters).filter(Exists(said.filter(response=OuterRef("pk"))))
    newest_first = newest_keys(wrote, max(at_least, limit), latest_in=filters.period)
    if len(newest_first) < at_least:
        return []
    texts = dict(said.filter(response__in=newest_first).order_by("-pk").values_list("response_id", "text"))
    return [texts[pk] for pk in newest_first[:limit]]


def latest_comments(filters: Filters, *, limit: int = SHOWN) -> list[Verbatim]:
    """The newest words behind the figures."""
    said = Answer.objects.filter(response=OuterRef("pk"), kind="text", text__isnull=False).exclude(text="")
    rows, _hidden = without_small_groups(select_responses(filters).filter(Exists(said)), Versions.of(filters))
    return [as_verbatim(response, filters.theme) for response in newest(rows, limit, latest_in=filters.period)]
