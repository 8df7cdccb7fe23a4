"""How far each feedback loop has gone around: touchpoint, collect, improve, track. Read off the rows, never ticked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import Count, Max, Q

from feedback.models import Response
from loop.models import FeedbackLoop, Initiative, ReadOut

COLLECTED_WITHIN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class LoopLine:
    """`answers` of the last 90 days; a loop is closed by its read-out alone."""

    loop: FeedbackLoop
    answers: int
    newest_at: datetime | None
    is_improving: bool
    read_out: ReadOut | None
    age: timedelta

    @property
    def steps(self) -> tuple[bool, bool, bool, bool]:
        return True, self.answers > 0, self.is_improving, self.read_out is not None

    @property
    def is_closed(self) -> bool:
        return all(self.steps)

    @property
    def step(self) -> int:
        """How many steps were gone without a gap, 1 to 4."""
        return next((place for place, gone in enumerate(self.steps) if not gone), 4)


@dataclass(frozen=True)
class LoopsReport:
    lines: Sequence[LoopLine]

    @property
    def open(self) -> int:
        return sum(not line.is_closed for line in self.lines)

    @property
    def median_open_days(self) -> float | None:
        ages = [line.age.days for line in self.lines if not line.is_closed]
        return median(ages) if ages else None


def loops_report(loops: Sequence[FeedbackLoop], *, now: datetime, today: date) -> LoopsReport:
    """The loops come with their touchpoint, survey, initiative and its read-out."""
    heard = _heard({loop.touchpoint_id for loop in loops}, now=now)
    return LoopsReport([_line(loop, heard, now=now, today=today) for loop in loops])


def _heard(touchpoints: set[int], *, now: datetime) -> dict[tuple[int, int], tuple[int, datetime]]:
    rows = Response.objects.counted().filter(touchpoint__in=touchpoints, submitted_at__gt=now - COLLECTED_WITHIN)
    counted = rows.order_by().values_list("touchpoint_id", "survey_id").annotate(Count("pk"), Max("submitted_at"))
    return {(touchpoint, survey): (n, newest) for touchpoint, survey, n, newest in counted}


def _line(loop: FeedbackLoop, heard: dict, *, now: datetime, today: date) -> LoopLine:
    mine = [
        found
        for (touchpoint, survey), found in heard.items()
        if touchpoint == loop.touchpoint_id and loop.survey_id in (None, survey)
    ]
    initiative = loop.initiative
    read_out = getattr(initiative, "read_out", None) if initiative else None
    line_age = loop.age(closed_at=read_out.made_at if read_out else None, now=now)
    return LoopLine(
        loop=loop,
        answers=sum(n for n, _newest in mine),
        newest_at=max((newest for _n, newest in mine), default=None),
        is_improving=bool(initiative and initiative.is_live(today)),
        read_out=read_out,
        age=line_age,
    )


def loops_in_order():
    return FeedbackLoop.objects.select_related("touchpoint", "survey", "initiative__read_out").order_by("-pk")


def status_counts() -> dict[str, int]:
    """How many initiatives stand where, and how many were read out with which verdict."""
    by_status = dict(Initiative.objects.order_by().values_list("status").annotate(Count("pk")))
    told = Count("pk", filter=~Q(verdict="cannot_tell"))
    return by_status | {"told": ReadOut.objects.aggregate(told=told)["told"]}
