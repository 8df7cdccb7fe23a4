"""Staff must know: rows written with the case, sent at least once, and what is due together in one mail."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone
from django.utils.translation import gettext as _

from loop.models import Case, CaseEvent, Notice, Severity, StaffProfile
from loop.rules.mail_times import mail_time
from loop.services.clocks import running_clocks
from loop.services.outbox import settle_refusal
from surveys.channels.email import EmailChannel
from surveys.triggers.quiet_hours import QuietHours
from surveys.triggers.zones import stated_zone
from vocplatform.lib.delivery import DeliveryError, DeliveryUnknown, Letter
from vocplatform.lib.letters import write_letter
from vocplatform.lib.settling import park_worn, settle_later, settle_retry, settle_sent, settle_without_sending

Kind, Status = Notice.Kind, Notice.Status
URGENT = (Kind.ESCALATED,)
CALM = timedelta(seconds=30)  # in a burst of cases nobody gets more than one mail in this time
MOST_IN_ONE_MAIL = 50
TOGETHER_ATTEMPTS = 2  # afterwards each goes by itself, so that one that cannot be written fails alone


def write_notices(
    case: Case, people: Iterable[AbstractBaseUser], kind: Notice.Kind, *, key: str, now: datetime
) -> list[Notice]:
    """One notice per person; the same news, known by `key`, is told once. The caller announces what happened."""
    wanted = notices_of(case, people, kind, key=key, now=now)
    Notice.objects.bulk_create(wanted, ignore_conflicts=True)
    return wanted


def notices_of(
    case: Case, people: Iterable[AbstractBaseUser], kind: Notice.Kind, *, key: str, now: datetime
) -> list[Notice]:
    """The same, left for the caller to write."""
    return [
        Notice(case=case, recipient=person, kind=kind, dedup_key=key[:80], due_at=due_at(person, case, kind, now=now))
        for person in people
    ]


def due_at(person: AbstractBaseUser, case: Case, kind: Notice.Kind, *, now: datetime) -> datetime:
    profile = getattr(person, "staff_profile", None) or StaffProfile()
    return mail_time(
        now,
        rhythm=profile.mail_rhythm,
        quiet=QuietHours(profile.quiet_from, profile.quiet_until),
        zone=zone_of(person),
        is_urgent=kind in URGENT,
        is_critical=case.severity == Severity.CRITICAL,
    )


def zone_of(person: AbstractBaseUser) -> ZoneInfo:
    profile = getattr(person, "staff_profile", None)
    return stated_zone(profile.time_zone if profile else "") or ZoneInfo(settings.TIME_ZONE)


def send_notices(case_id: int, *, now: datetime) -> None:
    for pk in Notice.objects.due(now).filter(case_id=case_id).values_list("pk", flat=True):
        send_notice(pk, now=now)


def send_notice(notice_id: int, *, now: datetime) -> bool:
    """Mail one notice if it is due and nobody else does, with all else that is due to the same person.

    A crash half-way sends it again after the lease; what failed with others twice is tried alone.
    """
    if not Notice.objects.claim(notice_id, now=now):
        return False
    notice = _with_all(Notice.objects.filter(pk=notice_id)).get()
    calm_until = _calm_until(notice.recipient, now=now)
    if calm_until > now:
        settle_later(notice, calm_until, "", now=now)
        return False
    together = sorted([notice, *_claim_others(notice, now=now)], key=lambda each: each.pk)
    return _send_together(together, now=now)


def give_back_stuck(*, now: datetime) -> int:
    """A notice whose sender died is sent again: better twice than never."""
    given_back = Notice.objects.stuck(now).update(status=Status.QUEUED, updated_at=now)
    park_worn(Notice.objects.all(), now=now)
    return given_back


def _with_all(notices):
    return notices.select_related("recipient__staff_profile", "case__touchpoint")


def _calm_until(person: AbstractBaseUser, *, now: datetime) -> datetime:
    last = Notice.objects.filter(recipient=person, status=Status.SENT, sent_at__gt=now - CALM, sent_at__lte=now)
    sent_at = last.order_by("-sent_at").values_list("sent_at", flat=True).first()
    return now if sent_at is None else sent_at + CALM


def _claim_others(notice: Notice, *, now: datetime) -> Sequence[Notice]:
    if notice.attempts > TOGETHER_ATTEMPTS:
        return []
    due = Notice.objects.due(now).filter(recipient=notice.recipient, attempts__lt=TOGETHER_ATTEMPTS)
    due = due.exclude(pk=notice.pk)
    claimed = [pk for pk in due.values_list("pk", flat=True)[:MOST_IN_ONE_MAIL] if Notice.objects.claim(pk, now=now)]
    return list(_with_all(Notice.objects.filter(pk__in=claimed)))


def _send_together(notices: Sequence[Notice], *, now: datetime) -> bool:
    refusal = _why_not(notices[0].recipient)
    if refusal:
        for notice in notices:
            settle_without_sending(notice, Status.DROPPED, refusal, now=now)
        return False
    try:
        EmailChannel().send(letter_of(notices))
    except DeliveryUnknown as silence:
        for notice in notices:
            settle_retry(notice, str(silence), now=now)
        return False
    except DeliveryError as problem:
        for notice in notices:
            settle_refusal(notice, problem, now=now)
        return False
    settled = [settle_sent(notice, now=now) for notice in notices]
    return all(settled)


def _why_not(person: AbstractBaseUser) -> str:
    profile = getattr(person, "staff_profile", None)
    if not person.is_active:
        return _("The person has left.")
    if not person.email:
        return _("The person has no e-mail address.")
    if profile is not None and not profile.wants_mail:
        return _("The person reads notices on the page only.")
    return ""


def letter_of(notices: Sequence[Notice]) -> Letter:
    """What it is and where; the customer's name and words stay behind the login."""
    lines = [_line(notice) for notice in notices]
    to, headers = notices[0].recipient.email, {"Auto-Submitted": "auto-generated"}
    name = "case_notice" if len(lines) == 1 else "case_notices"
    context = {**lines[0], "lines": lines}
    with timezone.override(zone_of(notices[0].recipient)):
        return write_letter(name, context, to=to, locale=settings.LANGUAGE_CODE, headers=headers)


def _line(notice: Notice) -> dict[str, object]:
    clocks = running_clocks(notice.case)
    return {
        "notice": notice,
        "case": notice.case,
        "why": _why_handed_on(notice),
        "clock": clocks[0][0].label if clocks else "",
        "due_at": clocks[0][1] if clocks else None,
        "link": settings.PUBLIC_URL + notice.case.get_absolute_url(),
    }


def _why_handed_on(notice: Notice) -> str:
    """What the giver wrote for the new team, as the history has it now; nothing where the case stayed in its team."""
    version = notice.dedup_key.partition(":")[2]
    if notice.kind not in (Kind.ASSIGNED, Kind.HANDED) or not version.isdecimal():
        return ""
    line = notice.case.history.filter(version=version, kind=CaseEvent.Kind.ASSIGNED, changes__has_key="team").first()
    return line.note if line else ""
