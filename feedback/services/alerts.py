"""Calm alerts: open when a metric stays outside for two windows, close when it is back, and keep who found out why."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback.analytics.definitions import definitions, lines_of
from feedback.analytics.filters import Filters
from feedback.analytics.measures import read_figures
from feedback.analytics.trends import marks
from feedback.analytics.windows import Key, Step, follows, last_windows, read_steps
from feedback.hooks import alert_opened
from feedback.metrics.catalogue import Cadence, Direction
from feedback.metrics.control import LEAST_WINDOWS, is_alarm, rehearse
from feedback.metrics.figure import Figure
from feedback.metrics.multiple import adjusted
from feedback.metrics.operational import enough
from feedback.metrics.status import Status
from feedback.models import (
    AlarmRate,
    Alert,
    ControlReading,
    Investigation,
    InvestigationEntry,
    MetricDefinition,
)
from feedback.models.alert import EVERYWHERE, Side
from surveys.models import Touchpoint
from vocplatform.lib.periods import Period, day_of

DUE_AFTER = timedelta(days=7)
RATE_STALE_AFTER = timedelta(days=30)
SHUFFLES = 20
WINDOW_OF = {Cadence.EACH: 7, Cadence.WEEK: 7, Cadence.MONTH: 28, Cadence.QUARTER: 91}


class StaleInvestigation(Exception):
    """Somebody else changed the investigation after this page was opened."""


class AlreadyClosed(Exception):
    """A closed investigation takes notes, but no second verdict."""


def watch_metrics(*, now: datetime) -> int:
    """Judge every window that is over and not judged yet; return how many alerts were opened. Twice is once."""
    today = day_of(now, timezone.get_default_timezone())
    opened = _watch_levels(today, now) + _watch_lines(today, now)
    newest = AlarmRate.objects.first()
    if newest is None or newest.measured_at < now - RATE_STALE_AFTER:
        measure_alarm_rate(now=now)
    return opened


@transaction.atomic
def _watch_levels(today: date, now: datetime) -> int:
    """One run: all metrics at all places whose newest window was not judged before."""
    known = set(ControlReading.objects.values_list("metric", "touchpoint_key", "last_on"))
    least = {key: definition.minimum_n for key, definition in definitions().items()}
    fresh = {
        key: steps
        for key, steps in read_steps(today=today).items()
        if steps[-1].judged and steps[-1].window.n >= least[key[0]] and (*key, steps[-1].period.last_on) not in known
    }
    over_all = adjusted([steps[-1].judged.p_value for steps in fresh.values()])
    opened = 0
    for (key, steps), p in zip(fresh.items(), over_all, strict=True):
        _keep_reading(key, steps[-1], p, now)
        opened += _act_on_level(key, steps, p, now)
    return opened


def _keep_reading(key: Key, step: Step, p: float, now: datetime) -> None:
    judged = step.judged
    ControlReading.objects.get_or_create(
        metric=key[0],
        touchpoint_key=key[1],
        last_on=step.period.last_on,
        defaults={
            "first_on": step.period.first_on,
            "value": judged.value,
            "n": judged.n,
            "centre": judged.centre,
            "watch_low": judged.watch.low,
            "watch_high": judged.watch.high,
            "act_low": judged.act.low,
            "act_high": judged.act.high,
            "windows": judged.windows,
            "p_value": judged.p_value,
            "adjusted_p": p,
            "is_outside": bool(judged.side),
            "judged_at": now,
        },
    )


def _act_on_level(key: Key, steps: Sequence[Step], p: float, now: datetime) -> bool:
    step, judged = steps[-1], steps[-1].judged
    alert = Alert.objects.open().filter(metric=key[0], touchpoint_key=key[1], reason=Alert.Reason.LEVEL).first()
    if alert is not None:
        _go_on(alert, step.period, is_back=judged.value in judged.watch, now=now)
        return False
    before = steps[-2] if len(steps) > 1 and follows(steps[-2], step) else None
    if before is None or before.judged is None or not is_alarm(before.judged.side, judged, p):
        return False
    return _open_alert(
        Alert.Reason.LEVEL,
        key,
        Side(judged.side),
        Period(before.period.first_on, step.period.last_on),
        (judged.value, judged.n),
        (judged.act.low, judged.act.high),
        now=now,
    )


def _watch_lines(today: date, now: datetime) -> int:
    """Every metric with a line to act on: two windows in a row wholly past it."""
    opened = 0
    for definition in definitions().values():
        if definition.act_at is None or not definition.is_active:
            continue
        periods = last_windows(WINDOW_OF[Cadence(definition.cadence)], 2, today=today)
        figures = read_figures(Filters(period=periods[-1]), definition, periods, now=now)
        opened += _act_on_line(definition, periods, figures, now)
    return opened


@transaction.atomic
def _act_on_line(
    definition: MetricDefinition, periods: Sequence[Period], figures: Sequence[Figure], now: datetime
) -> bool:
    lines = lines_of(definition)
    before, latest = (enough(figure, definition.minimum_n) for figure in figures)
    mine = Alert.objects.filter(metric=definition.key, touchpoint_key=EVERYWHERE, reason=Alert.Reason.THRESHOLD)
    if mine.filter(last_on__gte=periods[-1].last_on).exists() or not latest.is_known:
        return False
    alert = mine.open().first()
    if alert is not None:
        _go_on(alert, periods[-1], is_back=lines.status(latest) not in (Status.ACT, Status.WATCH), now=now)
        return False
    if not lines.status(before) is lines.status(latest) is Status.ACT:
        return False
    side = Side.LOW if definition.direction == Direction.UP else Side.HIGH
    limits = (definition.act_at, None) if side is Side.LOW else (None, definition.act_at)
    return _open_alert(
        Alert.Reason.THRESHOLD,
        (definition.key, EVERYWHERE),
        side,
        Period(periods[0].first_on, periods[-1].last_on),
        (latest.value, latest.n),
        limits,
        now=now,
    )


def _go_on(alert: Alert, period: Period, *, is_back: bool, now: datetime) -> None:
    """An open alert follows its metric; back inside the watch limits it closes by itself."""
    if not is_back:
        alert.last_on = period.last_on
        alert.save(update_fields=["last_on"])
        return
    alert.closed_at = now
    alert.save(update_fields=["closed_at"])
    investigation = Investigation.objects.select_for_update(of=("self",)).get(alert=alert)
    investigation.entries.create(kind=InvestigationEntry.Kind.NOTE, text=_("Back at its usual level."), happened_at=now)
    if investigation.status == Investigation.Status.NEW:  # nobody has begun: nothing is left to find out
        _settle(investigation, Investigation.Verdict.SETTLED)


def _settle(investigation: Investigation, verdict: str) -> None:
    investigation.status, investigation.verdict = Investigation.Status.CLOSED, verdict
    investigation.version += 1
    investigation.save(update_fields=["status", "verdict", "version", "updated_at"])


def _open_alert(
    reason: str,
    key: Key,
    side: Side,
    period: Period,
    seen: tuple[float, int],
    limits: tuple[float | None, float | None],
    *,
    now: datetime,
) -> bool:
    """Write the alert, its investigation and what else happened in those days; announce it."""
    alert, is_new = Alert.objects.get_or_create(
        reason=reason,
        metric=key[0],
        touchpoint_key=key[1],
        closed_at=None,
        defaults={
            "side": side,
            "first_on": period.first_on,
            "last_on": period.last_on,
            "value": seen[0],
            "n": seen[1],
            "low": limits[0],
            "high": limits[1],
            "opened_at": now,
        },
    )
    if not is_new:
        return False
    place = Touchpoint.objects.select_related("owner_team__lead").filter(pk=key[1]).first()
    team = place.owner_team if place else None
    investigation = Investigation.objects.create(
        alert=alert,
        team=team,
        owner=team.lead if team else None,
        due_on=day_of(now, timezone.get_default_timezone()) + DUE_AFTER,
    )
    investigation.entries.create(kind=InvestigationEntry.Kind.OPENED, text=_what_else(period, place), happened_at=now)
    alert_opened.announce(alert.pk)
    return True


def _what_else(period: Period, place: Touchpoint | None) -> str:
    filters = Filters(period=period, touchpoint=place.slug if place else "")
    found = [f"{mark.on}: {mark.text}" for mark in marks(filters, timezone.get_default_timezone())]
    return "\n".join([_("Also in these days:"), *found]) if found else _("No change is logged for these days.")


@transaction.atomic
def take_investigation(
    investigation_id: int, *, due_on: date | None, version: int, actor: AbstractBaseUser, now: datetime
) -> Investigation:
    """Say that one looks into it. Raises StaleInvestigation and AlreadyClosed."""
    investigation = _current(investigation_id, version)
    investigation.owner, investigation.due_on = actor, due_on or investigation.due_on
    investigation.status = Investigation.Status.WORKING
    investigation.version += 1
    investigation.save(update_fields=["owner", "due_on", "status", "version", "updated_at"])
    investigation.entries.create(kind=InvestigationEntry.Kind.TAKEN, actor=actor, happened_at=now)
    return investigation


@transaction.atomic
def note_finding(
    investigation_id: int, *, text: str, link: str = "", actor: AbstractBaseUser, now: datetime
) -> InvestigationEntry:
    """Add what was found; with a link it is evidence. Nobody's note can be in another's way."""
    kind = InvestigationEntry.Kind.EVIDENCE if link else InvestigationEntry.Kind.NOTE
    return InvestigationEntry.objects.create(
        investigation_id=investigation_id, kind=kind, text=text, link=link, actor=actor, happened_at=now
    )


@transaction.atomic
def close_investigation(
    investigation_id: int, *, verdict: str, text: str, version: int, actor: AbstractBaseUser, now: datetime
) -> Investigation:
    """Say what it was; an alert that is still open closes with it. Raises StaleInvestigation and AlreadyClosed."""
    investigation = _current(investigation_id, version)
    _settle(investigation, verdict)
    investigation.entries.create(kind=InvestigationEntry.Kind.CLOSED, text=text, actor=actor, happened_at=now)
    Alert.objects.open().filter(pk=investigation.alert_id).update(closed_at=now)
    return investigation


def _current(investigation_id: int, version: int) -> Investigation:
    investigation = Investigation.objects.select_for_update(of=("self",)).get(pk=investigation_id)
    if investigation.status == Investigation.Status.CLOSED:
        raise AlreadyClosed(investigation_id)
    if investigation.version != version:
        raise StaleInvestigation(investigation_id)
    return investigation


def measure_alarm_rate(*, now: datetime, shuffles: int = SHUFFLES, seed: int | None = None) -> AlarmRate | None:
    """Shuffle the usual past and count what the alerts would have rung for; None while the past is too short.

    Windows of an alert that was not chance are left out: a real change, shuffled, would look like many false ones.
    """
    today = day_of(now, timezone.get_default_timezone())
    series = [[step.window for step in steps if step.is_usual] for steps in read_steps(today=today).values()]
    long_enough = [windows for windows in series if len(windows) > LEAST_WINDOWS]
    if not long_enough:
        return None
    seed = seed if seed is not None else today.toordinal()
    found = rehearse(long_enough, shuffles=shuffles, seed=seed)
    return AlarmRate.objects.create(
        measured_at=now,
        series=len(long_enough),
        windows=found.windows,
        outside=found.outside,
        alarms=found.alarms,
        shuffles=shuffles,
        seed=seed,
    )
