"""Which responses speak of a theme, and which ask something of us: the conditions behind a count of comments."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from feedback.analytics.filters import Filters
from feedback.models import CommentRollup, Reading, Theme, ThemeMention

NO_LABEL = "not_scored"
GOOD, BAD = ("positive", "mixed"), ("negative", "mixed")
FEELINGS = ("negative", "neutral", "mixed", "positive", NO_LABEL)  # in the order of the roll-up's bins
INTENTS = tuple(Reading.Intent.values)  # the most urgent first: of several it is the one that counts


def themes_under(slug: str) -> list[int]:
    """A theme and the themes below it, by their keys."""
    return list(Theme.objects.filter(Q(slug=slug) | Q(parent__slug=slug)).values_list("pk", flat=True))


def speaks_of(slug: str, feeling: str = "") -> Q:
    """Responses with a comment on the theme; `feeling` is how all their comments on it sound together."""
    mentions = ThemeMention.objects.filter(response=OuterRef("pk"), theme__in=themes_under(slug)).order_by()
    any_of_it = Q(Exists(mentions))
    if not feeling:
        return any_of_it
    good, bad = Q(Exists(mentions.filter(label__in=GOOD))), Q(Exists(mentions.filter(label__in=BAD)))
    neutral = Q(Exists(mentions.filter(label="neutral")))
    return {
        "mixed": good & bad,
        "negative": bad & ~good,
        "positive": good & ~bad,
        "neutral": neutral & ~good & ~bad,
        NO_LABEL: any_of_it & ~good & ~bad & ~neutral,
    }[feeling]


def asks(intent: str) -> Q:
    """Responses of which the most urgent comment asks this."""
    readings = Reading.objects.filter(answer__response=OuterRef("pk"), is_current=True).order_by()
    more_urgent = INTENTS[: INTENTS.index(intent)]
    return Q(Exists(readings.filter(intent=intent))) & ~Q(Exists(readings.filter(intent__in=more_urgent)))


def narrow(rows: QuerySet, filters: Filters) -> QuerySet:
    if filters.theme:
        rows = rows.filter(speaks_of(filters.theme, filters.feeling))
    return rows.filter(asks(filters.intent)) if filters.intent else rows


def is_counted(filters: Filters) -> bool:
    """Whether the roll-ups of comments know how many responses these filters leave: one subject, nothing beside it."""
    return (
        bool(filters.theme) != bool(filters.intent)
        and not filters.metric
        and not filters.segment
        and not filters.question
    )


def count(filters: Filters) -> int:
    """Call only where `is_counted`."""
    about = CommentRollup.About.THEME if filters.theme else CommentRollup.About.INTENT
    subject = filters.intent
    if filters.theme:
        subject = str(Theme.objects.values_list("pk", flat=True).get(slug=filters.theme))
    what = f"bin_{FEELINGS.index(filters.feeling)}" if filters.feeling else "responses"
    rows = CommentRollup.objects.filter(filters.rollup_q(), about=about, subject=subject)
    return rows.aggregate(n=Sum(what, default=0))["n"]
