from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from feedback.analytics.answered import ShownAnswer, answers_of
from feedback.analytics.filters import Filters
from feedback.analytics.selection import Versions, newest, select_responses, without_small_groups
from feedback.models import Answer, Response

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A response as one line: its first score and its first comment."""

    response: Response
    score: ShownAnswer | None
    comment: ShownAnswer | None


def as_verbatim(response: Response) -> Verbatim:
    """The response comes from `with_answers`."""
    shown = list(answers_of(response))
    return Verbatim(
        response,
        next((each for each in shown if each.is_scale), None),
        next((each for each in shown if each.answer.text), None),
    )


def latest_comments(filters: Filters, *, limit: int = SHOWN) -> list[Verbatim]:
    """The newest words behind the figures."""
    said = Answer.objects.filter(response=OuterRef("pk"), kind="text", text__isnull=False).exclude(text="")
    rows, _hidden = without_small_groups(select_responses(filters).filter(Exists(said)), Versions.of(filters))
    return [as_verbatim(response) for response in newest(rows, limit)]
