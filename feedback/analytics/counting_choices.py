"""How many respondents chose what, counted from the rows themselves."""

from collections import Counter
from datetime import date

from django.db.models import Count, F

from feedback.analytics.choices import answered_q
from feedback.analytics.counting import borders
from feedback.models import Answer, ChoiceRollup, SegmentChoiceRollup, SegmentMember
from feedback.models.rollup import NO_TOUCHPOINT
from feedback.models.standing import standing_case
from surveys.models import SurveyVersion

OFFERING = ("single", "multiple")  # yes and no have bins of their own in the roll-ups of answers
WAYS = {"segment_id": "customer__memberships__segment_id"}
BUCKET = ("version_id", "survey_id", "touchpoint_id", "channel")


def count_choices(on: date, **only) -> list[ChoiceRollup]:
    """Return unsaved roll-ups of a day; `only` narrows to a bucket by fields of Response."""
    return _count(on, ChoiceRollup, **only)


def count_segment_choices(on: date, **only) -> list[SegmentChoiceRollup]:
    """The same per segment."""
    return _count(on, SegmentChoiceRollup, **only) if SegmentMember.objects.exists() else []


def _count(on: date, model: type[ChoiceRollup] | type[SegmentChoiceRollup], **only) -> list:
    """Grouped by what was chosen together, which the database can do; a respondent counts once for each of it."""
    start, end = borders(on)
    mine = {f"response__{field}": value for field, value in only.items()}
    answers = Answer.objects.filter(
        answered_q(),
        kind__in=OFFERING,
        response__submitted_at__gte=start,
        response__submitted_at__lt=end,
        **mine,
    )
    names = (*BUCKET, "segment_id") if model is SegmentChoiceRollup else BUCKET
    by = {f"of_{name}": F(f"response__{WAYS.get(name, name)}") for name in names}
    if model is SegmentChoiceRollup:
        answers = answers.filter(response__customer__memberships__isnull=False)
    rows = answers.annotate(standing=standing_case(on="response__")).order_by()
    counts: Counter[tuple] = Counter()
    for row in rows.values("standing", "question_key", "choices", **by).annotate(n=Count("pk")):
        place = tuple((name, row[f"of_{name}"]) for name in names)
        for choice in {*row["choices"], ChoiceRollup.ANYTHING}:
            counts[place, row["standing"], row["question_key"], choice] += row["n"]
    return _with_anonymity([_row(model, on, *counted, n) for counted, n in counts.items()])


def _with_anonymity(rows: list) -> list:
    versions = SurveyVersion.objects.in_bulk({row.version_id for row in rows})
    for row in rows:
        row.is_anonymous = bool(versions[row.version_id].definition.get("is_anonymous"))
    return rows


def _row(model, on: date, place: tuple, standing: str, question: str, choice: str, n: int):
    fields = dict(place)
    touchpoint = fields.pop("touchpoint_id") or NO_TOUCHPOINT
    said = {"standing": standing, "question_key": question, "choice_key": choice, "answers": n}
    return model(on=on, touchpoint_key=touchpoint, **fields, **said)
