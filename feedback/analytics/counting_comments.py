"""What the roll-ups of comments should say, counted from the rows themselves: a response counts once per subject."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from feedback.analytics.counting import borders
from feedback.metrics.leads import Leads
from feedback.metrics.nps import NPS
from feedback.models import Answer, CommentRollup, Reading, Response, Theme, ThemeMention, ThemeRule
from feedback.models.rollup import NO_TOUCHPOINT
from feedback.models.standing import standing_case
from surveys.models import SurveyVersion
from vocplatform.lib import lookups  # noqa: F401  registers any_of
from vocplatform.lib.periods import day_of

About = CommentRollup.About
BY_URGENCY = tuple(Reading.Intent.values)  # response needed first: the most urgent of several is what counts
BARE = ("negative", "neutral", "mixed", "positive", "")


@dataclass(slots=True)
class _Said:
    """One response with its comments: where it belongs, and what it speaks of."""

    on: date
    bucket: tuple
    survey: int
    languages: set[str] = field(default_factory=set)
    intents: set[str] = field(default_factory=set)
    themes: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))


def label_of_mentions(labels: Iterable[str]) -> str:
    """Of several comments on one theme: praise and blame together are mixed, and either outweighs neither."""
    heard = set(labels)
    good, bad = heard & {"positive", "mixed"}, heard & {"negative", "mixed"}
    if good and bad:
        return "mixed"
    return "negative" if bad else "positive" if good else "neutral" if "neutral" in heard else ""


def count_comments(on: date, **only) -> list[CommentRollup]:
    """Return unsaved roll-ups of a day; `only` narrows to a bucket by fields of Response."""
    start, end = borders(on)
    mine = {f"response__{name}": value for name, value in only.items()}
    return _count(Q(response__submitted_at__gte=start, response__submitted_at__lt=end, **mine))


def count_selected(responses: QuerySet[Response]) -> list[CommentRollup]:
    """The same for any finished responses, as for a segment, which has no roll-ups of this kind."""
    return _count(Q(response__in=responses.order_by(), response__submitted_at__isnull=False))


def _count(which: Q) -> list[CommentRollup]:
    said = _said(which)
    if not said:
        return []
    versions = SurveyVersion.objects.in_bulk({one.bucket[0] for one in said.values()})
    covered = _covered()
    promoters = _promoters(said, versions)
    rows: dict[tuple, CommentRollup] = {}
    for pk, one in said.items():
        for about, subject, label in _subjects(one, covered):
            key = one.on, one.bucket, about, subject
            if key not in rows:
                rows[key] = _row(one, about, subject, versions)
            rows[key].responses += 1
            if about == About.THEME:
                place = f"bin_{BARE.index(label)}"
                setattr(rows[key], place, getattr(rows[key], place) + 1)
                rows[key].wishes += pk in promoters and _intent(one) == Reading.Intent.SUGGESTION
    return list(rows.values())


def _said(which: Q) -> dict[int, _Said]:
    zone = timezone.get_default_timezone()
    reading = Reading.objects.filter(answer=OuterRef("pk"), is_current=True)
    answers = (
        Answer.objects.filter(which, kind="text", text__isnull=False)
        .exclude(text="")
        .annotate(
            standing=standing_case(on="response__"),
            language=Subquery(reading.values("language")[:1]),
            intent=Subquery(reading.values("intent")[:1]),
        )
        .order_by()
        .values_list(
            "response_id",
            "response__submitted_at",
            "response__survey_id",
            "language",
            "intent",
            "response__version_id",
            "response__touchpoint_id",
            "response__channel",
            "standing",
        )
    )
    said: dict[int, _Said] = {}
    for pk, at, survey, language, intent, version, touchpoint, channel, standing in answers:
        if pk not in said:
            said[pk] = _Said(day_of(at, zone), (version, touchpoint or NO_TOUCHPOINT, channel, standing), survey)
        one = said[pk]
        one.languages.add((language or "").partition("-")[0])
        one.intents.add(intent or "")
    mentions = ThemeMention.objects.filter(which).order_by()
    named = mentions.values_list("response_id", "theme_id", "label", "theme__parent_id")
    for pk, theme, label, upper in named:
        if pk in said:
            for each in filter(None, (theme, upper)):
                said[pk].themes[each].add(label)
    return said


def _covered() -> frozenset[str]:
    rules = ThemeRule.objects.filter(theme__in=Theme.objects.active())
    return frozenset(rules.order_by().values_list("language", flat=True).distinct())


def _subjects(one: _Said, covered: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    yield About.COMMENTED, "", ""
    if "" in covered or one.languages & covered:
        yield About.SEARCHED, "", ""
    if intent := _intent(one):
        yield About.INTENT, intent, ""
    for theme, labels in one.themes.items():
        yield About.THEME, str(theme), label_of_mentions(labels)


def _intent(one: _Said) -> str:
    return next((intent for intent in BY_URGENCY if intent in one.intents), "")


def _promoters(said: dict[int, _Said], versions: dict[int, SurveyVersion]) -> set[int]:
    """Those who would recommend us, among those who suggest something about a theme: few enough to ask for by name."""
    asked = [pk for pk, one in said.items() if one.themes and _intent(one) == Reading.Intent.SUGGESTION]
    keys = {pk: Leads.of(version.definition).by_kind.get("nps") for pk, version in versions.items()}
    promoter = NPS.band("promoters")
    scores = Answer.objects.filter(
        response__any_of=asked, kind="nps", number__range=(promoter.low, promoter.high)
    ).values_list("response_id", "question_key")
    return {pk for pk, key in scores if keys[said[pk].bucket[0]] == key}


def _row(one: _Said, about: str, subject: str, versions: dict[int, SurveyVersion]) -> CommentRollup:
    version, touchpoint, channel, standing = one.bucket
    return CommentRollup(
        on=one.on,
        version_id=version,
        touchpoint_key=touchpoint,
        channel=channel,
        standing=standing,
        survey_id=one.survey,
        about=about,
        subject=subject,
        responses=0,
        is_anonymous=bool(versions[version].definition.get("is_anonymous")),
    )
