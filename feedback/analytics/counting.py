"""What the roll-ups should say, counted from the rows themselves. Rebuilding and recounting both use it."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from feedback.analytics.choices import answered_q
from feedback.analytics.selection import conflict_of_answer, label_of_answer, point_of_answer
from feedback.metrics.leads import YES_NO, Leads
from feedback.metrics.sentiment import LABELS, NOT_SCORED, WAITING
from feedback.models import (
    Answer,
    Conflict,
    Response,
    Rollup,
    SegmentMember,
    SegmentRollup,
    SegmentTraffic,
    TrafficRollup,
)
from feedback.models.rollup import BIN_FIELDS, NO_TOUCHPOINT
from feedback.models.standing import standing_case
from surveys.models import Delivery, Invitation, SurveyVersion
from vocplatform.lib.periods import Period

LAST_BIN = len(BIN_FIELDS) - 1
SEGMENT = "of_segment"


def borders(on: date) -> tuple[datetime, datetime]:
    """The day's first instant and the next day's, in the account's zone."""
    zone, day = timezone.get_default_timezone(), Period(on, on)
    return day.starts_at(zone), day.ends_at(zone)


def count_answers(on: date, **only) -> list[Rollup]:
    """Return unsaved roll-ups of a day; `only` narrows to a bucket by fields of Response."""
    return _count_answers(_Rows(on, Rollup), **only)


def count_segment_answers(on: date, **only) -> list[SegmentRollup]:
    """The same per segment: an answer counts in each segment that its customer belongs to."""
    return _count_answers(_Rows(on, SegmentRollup), **only) if SegmentMember.objects.exists() else []


def _count_answers(rows: "_Rows", **only) -> list:
    start, end = borders(rows.on)
    responses = Response.objects.filter(submitted_at__gte=start, submitted_at__lt=end, **only)
    mine = {f"response__{field}": value for field, value in only.items()}
    answers = Answer.objects.filter(response__submitted_at__gte=start, response__submitted_at__lt=end, **mine)
    if rows.by:
        responses = responses.filter(customer__memberships__isnull=False)
        answers = answers.filter(response__customer__memberships__isnull=False)
    for row in _by_bucket(responses.annotate(standing=standing_case()), "", *rows.by):
        rows.add(row, row["n"], kind=Rollup.RESPONSES, question_key="", value=None)
    for row in _by_bucket(_pointed(answers), "response__", *rows.by, "question_key", "kind", "point"):
        rows.add(row, row["n"], kind=row["kind"], question_key=row["question_key"], value=row["point"])
    for row in _by_bucket(_labelled(answers), "response__", *rows.by, "question_key", "label", "against"):
        rows.add(row, row["n"], kind="text", question_key=row["question_key"], value=bin_of_label(row["label"]))
        if row["against"]:
            which = Conflict.values.index(row["against"])
            rows.add(row, row["n"], kind=Rollup.CONFLICTS, question_key=Rollup.CONFLICT_KEY, value=which)
    return rows.finished()


def _by_bucket(queryset: QuerySet, on: str, *fields: str) -> Iterable[dict]:
    bucket = {
        name: F(f"{on}{path}")
        for name, path in {
            "of_version": "version_id",
            "of_survey": "survey_id",
            "of_touchpoint": "touchpoint_id",
            "of_channel": "channel",
            SEGMENT: "customer__memberships__segment_id",
        }.items()
        if name != SEGMENT or SEGMENT in fields
    }
    shown = [field for field in fields if field != SEGMENT]
    return queryset.order_by().values("standing", *shown, **bucket).annotate(n=Count("pk"))


def _pointed(answers: QuerySet) -> QuerySet:
    """Numbers, and yes and no as points; other choices have roll-ups of their own."""
    on_scale = Q(number__range=(0, LAST_BIN))
    return answers.filter(on_scale | (answered_q() & Q(kind=YES_NO))).annotate(
        point=point_of_answer(), standing=standing_case(on="response__")
    )


def _labelled(answers: QuerySet) -> QuerySet:
    comments = answers.filter(kind="text", text__isnull=False).exclude(text="")
    return comments.annotate(
        label=label_of_answer(), against=conflict_of_answer(), standing=standing_case(on="response__")
    )


def bin_of_label(label: str | None) -> int:
    if label is None:
        return WAITING
    return LABELS.index(label) if label else NOT_SCORED


class _Rows:
    """Collects counted values into one row per bucket, standing and question, and per segment where asked."""

    def __init__(self, on: date, model: type[Rollup] | type[SegmentRollup]) -> None:
        self.on, self.model = on, model
        self.by = (SEGMENT,) if model is SegmentRollup else ()
        self.rows: dict[tuple, Rollup | SegmentRollup] = {}

    def add(self, row: dict, n: int, *, kind: str, question_key: str, value: int | None) -> None:
        bucket = {
            "version_id": row["of_version"],
            "touchpoint_key": row["of_touchpoint"] or NO_TOUCHPOINT,
            "channel": row["of_channel"],
            "standing": row["standing"],
            "question_key": question_key,
            **({"segment_id": row[SEGMENT]} if self.by else {}),
        }
        key = tuple(bucket.values())
        if key not in self.rows:
            self.rows[key] = self.model(on=self.on, survey_id=row["of_survey"], kind=kind, answers=0, **bucket)
        rollup = self.rows[key]
        rollup.answers += n
        if value is not None:
            setattr(rollup, f"bin_{value}", getattr(rollup, f"bin_{value}") + n)

    def finished(self) -> list:
        versions = SurveyVersion.objects.in_bulk({row.version_id for row in self.rows.values()})
        for row in self.rows.values():
            definition = versions[row.version_id].definition
            leads = Leads.of(definition)
            row.is_anonymous = bool(definition.get("is_anonymous"))
            row.is_lead = leads.leads(row.kind, row.question_key)
            row.is_opening = bool(row.question_key) and row.question_key == leads.opening
        return list(self.rows.values())


def count_traffic(on: date, **only) -> list[TrafficRollup]:
    """Return unsaved roll-ups of invitations issued, and of visits by link, on a day."""
    return _count_traffic(on, TrafficRollup, **only)


def count_segment_traffic(on: date, **only) -> list[SegmentTraffic]:
    """The same per segment."""
    return _count_traffic(on, SegmentTraffic, **only) if SegmentMember.objects.exists() else []


def _count_traffic(on: date, model: type[TrafficRollup] | type[SegmentTraffic], **only) -> list:
    start, end = borders(on)
    sent = Delivery.objects.filter(invitation=OuterRef("pk"), status=Delivery.Status.SENT)
    sound = Q(response__is_flagged=False, response__is_test=False) & ~Q(response__source_type="interview")
    came = Q(response__isnull=False)
    by = {}
    if model is SegmentTraffic:
        by, only = (
            {"segment_id": F("customer__memberships__segment_id")},
            only | {"customer__memberships__isnull": False},
        )
    invited = (
        Invitation.objects.filter(created_at__gte=start, created_at__lt=end, is_test=False, **only)
        .order_by()
        .values("version_id", "touchpoint_id", "channel", survey_id=F("version__survey_id"), **by)
        .annotate(
            invited=Count("pk"),
            delivered=Count("pk", filter=Exists(sent) | came),  # an answer proves that it arrived
            started=Count("pk", filter=came & sound),
            finished=Count("pk", filter=came & sound & Q(response__submitted_at__isnull=False)),
        )
    )
    by_link = (
        Response.objects.filter(started_at__gte=start, started_at__lt=end, link__isnull=False, **only)
        .filter(is_test=False, is_flagged=False)
        .order_by()
        .values("version_id", "touchpoint_id", "channel", "survey_id", **by)
        .annotate(link_started=Count("pk"), link_finished=Count("pk", filter=Q(submitted_at__isnull=False)))
    )
    rows: dict[tuple, TrafficRollup | SegmentTraffic] = {}
    for counted in (*invited, *by_link):
        touchpoint = counted.pop("touchpoint_id") or NO_TOUCHPOINT
        key = counted["version_id"], touchpoint, counted["channel"], counted.get("segment_id")
        fresh = model(on=on, touchpoint_key=touchpoint)
        row = rows.setdefault(key, fresh)
        for field, value in counted.items():
            setattr(row, field, value)
    return list(rows.values())


def active_days() -> tuple[date, date] | None:
    """The first and the last day on which anything happened that is counted."""
    zone = timezone.get_default_timezone()
    moments = [
        *Response.objects.complete().order_by("submitted_at").values_list("submitted_at", flat=True)[:1],
        *Response.objects.complete().order_by("-submitted_at").values_list("submitted_at", flat=True)[:1],
        *Invitation.objects.order_by("created_at").values_list("created_at", flat=True)[:1],
        *Invitation.objects.order_by("-created_at").values_list("created_at", flat=True)[:1],
    ]
    days = [moment.astimezone(zone).date() for moment in moments]
    return (min(days), max(days)) if days else None
