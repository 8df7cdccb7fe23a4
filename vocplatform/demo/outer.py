"""What is changed for everybody: planned, registered and read out by the services, each on its day."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from feedback.models import Response, Theme
from loop.models import Case, Cause, Initiative
from loop.services.initiatives import drop_initiative, note_lesson, plan_initiative, read_out, register_initiative
from loop.services.loops import open_loop
from loop.services.news import write_news
from loop.services.objectives import set_objective
from loop.services.programme import note_step
from surveys.models import Survey, Touchpoint
from vocplatform.demo import plan
from vocplatform.lib.periods import day_of

EVIDENCE = 3
WEEKS_AFTER = 6


def change_things(*, now: datetime) -> None:
    """Call it when the months have been lived through and their figures counted."""
    owner, sponsor = (get_user_model().objects.get(username=name) for name in ("analyst", "manager"))
    today = day_of(now, timezone.get_default_timezone())
    live_on = today - timedelta(days=plan.LIVE_DAYS_AGO)
    begun = at_eight(now - timedelta(days=plan.LIVE_DAYS_AGO + plan.REGISTERED_DAYS_BEFORE))
    ring_back = _initiative(
        plan.RING_BACK,
        owner=owner,
        sponsor=sponsor,
        now=begun,
        go_live_on=live_on,
        read_out_on=live_on + timedelta(weeks=WEEKS_AFTER),
    )
    register_initiative(ring_back.pk, actor=sponsor, now=begun)
    loop = {"name": "Holding the line", "survey": Survey.objects.get(slug="advice-line"), "initiative": ring_back}
    open_loop(actor=sponsor, now=begun, touchpoint=ring_back.touchpoint, **loop)
    _others(owner=owner, sponsor=sponsor, now=now)
    for key, days_ago, note in plan.STEPS_DONE:
        note_step(key, actor=sponsor, done_on=today - timedelta(days=days_ago), note=note)
    set_objective(
        **plan.OBJECTIVE,
        starts_on=today.replace(month=1, day=1),
        deadline_on=today + timedelta(days=300),
        owner=sponsor,
    )
    if read_out(ring_back.pk, now=now):
        ring_back.refresh_from_db()
        note_lesson(ring_back.pk, lesson=plan.LESSON, version=ring_back.version, actor=owner, now=now)
        write_news(
            ring_back.pk,
            now=now,
            half_later=True,
            **plan.NEWS,
        )


def _others(*, owner: AbstractBaseUser, sponsor: AbstractBaseUser, now: datetime) -> None:
    today = day_of(now, timezone.get_default_timezone())
    days = {"go_live_on": today + timedelta(days=14), "read_out_on": today + timedelta(days=14, weeks=10)}
    planned = now - timedelta(days=20)
    late = _initiative(plan.LATE_TRANSPORT, owner=owner, sponsor=sponsor, now=planned, **days)
    register_initiative(late.pk, actor=sponsor, now=now - timedelta(days=5))
    drafts = [_initiative(described, owner=owner, sponsor=sponsor, now=planned) for described in plan.DRAFTS]
    visit = {
        "touchpoint": drafts[0].touchpoint,
        "survey": Survey.objects.get(slug="care-visit"),
        "initiative": drafts[0],
    }
    open_loop(actor=sponsor, now=now - timedelta(days=60), name="Telling it anew", **visit)
    given_up = drafts[-1]
    dropped = drop_initiative(given_up.pk, reason=plan.WHY_DROPPED, actor=sponsor, now=now - timedelta(days=3))
    note_lesson(dropped.pk, lesson=plan.LESSON_OF_DROPPED, version=dropped.version, actor=owner, now=now)


def _initiative(described: dict, *, now: datetime, **fields: object) -> Initiative:
    told = dict(described)
    place = Touchpoint.objects.get(slug=told.pop("touchpoint"))
    controls = list(Touchpoint.objects.filter(slug__in=told.pop("controls", ())))
    upper, lower = told.pop("cause", ("", ""))
    return plan_initiative(
        actor=fields["owner"],
        now=now,
        touchpoint=place,
        controls=controls,
        theme=Theme.objects.filter(slug=told.pop("theme", "")).first(),
        cause=Cause.objects.filter(parent__name=upper, name=lower).first(),
        cases=_cases(place, now),
        responses=_responses(place, now),
        **told,
        **fields,
    )


def _cases(place: Touchpoint, now: datetime) -> Sequence[Case]:
    return list(Case.objects.filter(touchpoint=place, opened_at__lt=now).order_by("-opened_at")[:EVIDENCE])


def _responses(place: Touchpoint, now: datetime) -> Sequence[Response]:
    low = Response.objects.counted().filter(touchpoint=place, submitted_at__lt=now, triage__case__isnull=False)
    return list(low.order_by("-submitted_at")[:EVIDENCE])


def at_eight(when: datetime) -> datetime:
    return datetime.combine(when.date(), time(8), tzinfo=when.tzinfo)
