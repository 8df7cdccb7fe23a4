"""Keeping the roll-ups true. Scoring marks the bucket in its own transaction, and every response is scored, so no
answer is forgotten; the nudge after each response only makes it quicker."""

import logging
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import chain

from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from feedback.analytics.counting import (
    active_days,
    borders,
    count_answers,
    count_segment_answers,
    count_segment_traffic,
    count_traffic,
)
from feedback.analytics.counting_choices import count_choices, count_segment_choices
from feedback.analytics.counting_comments import count_comments
from feedback.metrics.leads import CHOOSING
from feedback.models import (
    Answer,
    ChoiceRollup,
    CommentRollup,
    DirtyBucket,
    Recount,
    Response,
    Rollup,
    SegmentChoiceRollup,
    SegmentRollup,
    SegmentTraffic,
    TrafficRollup,
)
from feedback.models.rollup import NO_TOUCHPOINT
from surveys.models import Invitation
from vocplatform.lib import lookups  # noqa: F401  registers any_of
from vocplatform.lib.locks import take_turn
from vocplatform.lib.periods import Period, day_of, last_days

log = logging.getLogger(__name__)

SMALL_BUCKET = 500  # answers; larger ones wait for the sweep, so that a rush is counted once and not once per answer
NEWEST = 20  # buckets that one nudge looks at
CUSTOMERS_AT_A_TIME = 2_000
RECENT_DAYS = 2
RULE = 2  # goes up when more is counted than before; the night after an upgrade then counts the past anew
RECOUNTED_DAYS = 35
ROTATION_DAYS = 30

KEPT = (
    (Rollup, count_answers),
    (TrafficRollup, count_traffic),
    (CommentRollup, count_comments),
    (SegmentRollup, count_segment_answers),
    (SegmentTraffic, count_segment_traffic),
    (ChoiceRollup, count_choices),
    (SegmentChoiceRollup, count_segment_choices),
)
BUCKET_FIELDS = ("on", "version", "touchpoint_key", "channel")
BUCKET = ("on", "version_id", "touchpoint_key", "channel")
PLACE = ("version_id", "touchpoint_id", "channel")
DAYS = {"sent_on": "submitted_at", "begun_on": "started_at", "invited_on": "invitation__created_at"}
Key = tuple[date, int, int, str]


def refresh_rollups(response_id: int, *, now: datetime) -> None:
    """Have the buckets of one response counted, and whatever else was marked lately.

    Small ones are counted at once, large ones by the next sweep. One call serves a whole rush of answers.
    """
    mark_responses([response_id], now=now)
    for key in DirtyBucket.objects.waiting().reverse().values_list(*BUCKET)[:NEWEST]:
        if _size(key) < SMALL_BUCKET:
            rebuild_bucket(key)


def _buckets_of(responses: QuerySet[Response]) -> Iterator[Key]:
    """Where the responses themselves are counted, and where the invitation or visit is that they came from."""
    zone = timezone.get_default_timezone()
    days = {name: TruncDate(path, tzinfo=zone) for name, path in DAYS.items()}
    rows = responses.order_by().annotate(came_by_link=Q(link__isnull=False), **days)
    seen = rows.values_list(*DAYS, "came_by_link", *PLACE, *(f"invitation__{name}" for name in PLACE)).distinct()
    for sent_on, begun_on, invited_on, by_link, version, touchpoint, channel, *place in seen:
        mine = version, touchpoint or NO_TOUCHPOINT, channel
        if sent_on:
            yield sent_on, *mine
        if invited_on:
            version, touchpoint, channel = place
            yield invited_on, version, touchpoint or NO_TOUCHPOINT, channel
        elif by_link:
            yield begun_on, *mine


def mark_responses(response_ids: Iterable[int], *, now: datetime) -> None:
    """Mark the buckets of many responses at once, as after scoring a backlog; the sweep counts them."""
    mark_dirty(_buckets_of(Response.objects.filter(pk__any_of=list(response_ids))), now=now)


def mark_chosen(*, now: datetime) -> None:
    """Mark every bucket with an answer to a question to choose from, which earlier versions did not count.

    Only at night and not while the tables change: until then a worker of the version before may still run, and would
    take the mark away without counting them.
    """
    chosen = Answer.objects.filter(response=OuterRef("pk"), kind__in=CHOOSING)
    mark_dirty(_buckets_of(Response.objects.complete().filter(Exists(chosen))), now=now)


def _size(key: Key) -> int:
    bucket = dict(zip(BUCKET, key, strict=True))
    answered = Rollup.objects.filter(kind=Rollup.RESPONSES, **bucket).aggregate(n=Sum("answers"))["n"] or 0
    invited = TrafficRollup.objects.filter(**bucket).aggregate(n=Sum("invited"))["n"] or 0
    return max(answered, invited)


def mark_dirty(keys: Iterable[Key], *, now: datetime) -> None:
    """Mark buckets. A mark that is there already is written again on purpose: a rebuild that did not see what the
    caller changed finds another mark than the one it began with, and leaves it.
    """
    marks = [DirtyBucket(marked_at=now, **dict(zip(BUCKET, key, strict=True))) for key in sorted(set(keys))]
    DirtyBucket.objects.bulk_create(
        marks, batch_size=500, update_conflicts=True, unique_fields=BUCKET_FIELDS, update_fields=["marked_at", "token"]
    )


@transaction.atomic
def rebuild_bucket(key: Key) -> bool:
    """Count one marked bucket again. Returns False where somebody else has just done so.

    Of two workers one waits and finds nothing. The mark goes last, and only if it is still the same, so that nobody
    who marks the bucket waits while it is counted: what was marked meanwhile is counted again.
    """
    on, version_id, touchpoint_key, channel = key
    take_turn(_day_of_buckets(on), shared=True)
    take_turn(f"bucket {key}")
    bucket = dict(zip(BUCKET, key, strict=True))
    mark = DirtyBucket.objects.filter(**bucket).values("marked_at", "token").first()
    if mark is None:
        return False
    only = {"version_id": version_id, "touchpoint_id": touchpoint_key or None, "channel": channel}
    for model, count in KEPT:
        _replace(model.objects.filter(**bucket), count(on, **only))
    DirtyBucket.objects.filter(**bucket, **mark).delete()
    return True


def _day_of_buckets(on: date) -> str:
    return f"buckets of {on}"


def _replace(old, rows: list) -> None:
    old.delete()
    old.model.objects.bulk_create(rows, batch_size=200)


def mark_customers(customer_ids: Iterable[int], *, now: datetime) -> None:
    """Mark every bucket that counts something of these customers, as when they join or leave a segment."""
    ids = list(customer_ids)
    for start in range(0, len(ids), CUSTOMERS_AT_A_TIME):
        some = ids[start : start + CUSTOMERS_AT_A_TIME]
        mark_dirty(_buckets_of(Response.objects.filter(customer__any_of=some)), now=now)
        mark_dirty(_buckets_of_unanswered(some), now=now)


def _buckets_of_unanswered(customer_ids: list[int]) -> Iterable[Key]:
    zone = timezone.get_default_timezone()
    rows = Invitation.objects.filter(customer__any_of=customer_ids, is_test=False, response__isnull=True).order_by()
    for created_at, *place in rows.values_list("created_at", "version_id", "touchpoint_id", "channel").iterator():
        version, touchpoint, channel = place
        yield day_of(created_at, zone), version, touchpoint or NO_TOUCHPOINT, channel


def rebuild_waiting(*, limit: int = 500) -> int:
    """Count what is marked, oldest first. Returns how many buckets were done; one that fails keeps its mark."""
    waiting = list(DirtyBucket.objects.waiting().values_list(*BUCKET)[:limit])
    return sum(_rebuild_alone(key) for key in waiting)


def _rebuild_alone(key: Key) -> bool:
    try:
        return rebuild_bucket(key)
    except OperationalError:
        raise
    except Exception as problem:  # marked anew it goes to the end of the line, and the others are counted
        log.error("bucket_failed key=%s problem=%s", key, type(problem).__name__)
        mark_dirty([key], now=timezone.now())
        return False


def mark_recent_invitations(*, now: datetime) -> int:
    """Mark where invitations were issued lately: sending one changes the funnel without an answer to announce it."""
    today = day_of(now, timezone.get_default_timezone())
    keys: list[Key] = []
    for on in (today - timedelta(days=back) for back in range(RECENT_DAYS)):
        start, end = borders(on)
        issued = Invitation.objects.filter(created_at__gte=start, created_at__lt=end, is_test=False).order_by()
        places = issued.values_list("version_id", "touchpoint_id", "channel").distinct()
        keys += [(on, version, touchpoint or NO_TOUCHPOINT, channel) for version, touchpoint, channel in places]
    mark_dirty(keys, now=now)
    return len(keys)


@transaction.atomic
def rebuild_day(on: date, *, now: datetime) -> int:
    """Count a whole day again, as after an import. Returns the number of roll-ups written.

    Other workers count no bucket of this day meanwhile.
    """
    take_turn(_day_of_buckets(on))
    keys = _keys_of_day(on)
    mark_dirty(keys, now=now)
    written = 0
    for model, count in KEPT:
        rows = [row for row in count(on) if _key_of(row) in keys]
        _replace(_of_keys(model, on, keys), rows)
        written += len(rows)
    _of_keys(DirtyBucket, on, keys).delete()
    return written


def _of_keys(model, on: date, keys: set[Key]):
    """A bucket that came up meanwhile is another worker's business."""
    return model.objects.filter(pk__in=[row.pk for row in model.objects.filter(on=on) if _key_of(row) in keys])


def _keys_of_day(on: date) -> set[Key]:
    start, end = borders(on)
    seen = (
        Response.objects.filter(submitted_at__gte=start, submitted_at__lt=end),
        Response.objects.filter(started_at__gte=start, started_at__lt=end, link__isnull=False),
        Invitation.objects.filter(created_at__gte=start, created_at__lt=end),
    )
    places = chain.from_iterable(
        rows.order_by().values_list("version_id", "touchpoint_id", "channel").distinct() for rows in seen
    )
    keys = {(on, version, touchpoint or NO_TOUCHPOINT, channel) for version, touchpoint, channel in places}
    return keys | {key for model, _count in KEPT for key in model.objects.filter(on=on).values_list(*BUCKET)}


def _key_of(row: Rollup | TrafficRollup | CommentRollup | DirtyBucket) -> Key:
    return row.on, row.version_id, row.touchpoint_key, row.channel


def recount_rollups(period: Period, *, now: datetime) -> Recount:
    """Compare roll-ups with rows, repair what differs and keep the result on record. Marked buckets are not wrong."""
    buckets = wrong = 0
    for on in period:
        checked, differing = _recount_day(on)
        buckets, wrong = buckets + checked, wrong + len(differing)
        mark_dirty(differing, now=now)
        for key in differing:
            rebuild_bucket(key)
    return Recount.objects.create(
        checked_at=now, first_on=period.first_on, last_on=period.last_on, buckets=buckets, wrong=wrong, rule=RULE
    )


@transaction.atomic
def _recount_day(on: date) -> tuple[int, set[Key]]:
    marked = set(DirtyBucket.objects.filter(on=on).values_list(*BUCKET))
    should = set().union(*(_contents(count(on)) for _model, count in KEPT))
    does = set().union(*(_contents(model.objects.filter(on=on)) for model, _count in KEPT))
    differing = {entry[0] for entry in should ^ does} - marked
    return len({entry[0] for entry in should | does}), differing


def _contents(rows: Iterable) -> set[tuple]:
    return {
        (
            _key_of(row),
            *(
                (field.attname, getattr(row, field.attname))
                for field in row._meta.concrete_fields
                if not field.primary_key
            ),
        )
        for row in rows
    }


def recount_tonight(*, now: datetime) -> list[Recount]:
    """The last weeks every night, each older day once in a rotation; a mismatch is an alarm in the log."""
    today = day_of(now, timezone.get_default_timezone())
    days = active_days()
    if days is None:
        return []
    if not Recount.objects.filter(rule__gte=RULE).exists():
        mark_chosen(now=now)
    recounts = [recount_rollups(period, now=now) for period in tonights_share(today, days[0])]
    if wrong := sum(recount.wrong for recount in recounts):
        log.error("rollups_were_wrong buckets=%s", wrong)
    return recounts


def tonights_share(today: date, first_on: date) -> list[Period]:
    recent = last_days(RECOUNTED_DAYS, today=today)
    turn = today.toordinal() % ROTATION_DAYS
    older = (today - timedelta(days=back) for back in range(RECOUNTED_DAYS, (today - first_on).days + 1))
    return [recent, *(Period(on, on) for on in older if on.toordinal() % ROTATION_DAYS == turn)]
