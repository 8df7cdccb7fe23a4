"""Staff must know: rows written with the case, sent at least once, and what is due together in one mail."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from loop.models import Case, CaseEvent, Notice, PraiseNotice, Severity, StaffProfile
from loop.rules.mail_times import mail_time
from loop.services.audience import is_of_team
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
PRAISE_CALM = timedelta(days=1)  # nothing waits for whoever is praised: one mail a day says how often it was
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
    return mail_due_at(person, is_urgent=kind in URGENT, is_critical=case.severity == Severity.CRITICAL, now=now)


def mail_due_at(
    person: AbstractBaseUser, *, is_urgent: bool = False, is_critical: bool = False, now: datetime
) -> datetime:
    """At the person's own rhythm, outside the person's quiet hours."""
    profile = getattr(person, "staff_profile", None) or StaffProfile()
    return mail_time(
        now,
        rhythm=profile.mail_rhythm,
        quiet=QuietHours(profile.quiet_from, profile.quiet_until),
        zone=zone_of(person),
        is_urgent=is_urgent,
        is_critical=is_critical,
    )


def zone_of(person: AbstractBaseUser) -> ZoneInfo:
    profile = getattr(person, "staff_profile", None)
    return stated_zone(profile.time_zone if profile else "") or ZoneInfo(settings.TIME_ZONE)


def send_notices(case_id: int, *, now: datetime) -> None:
    for pk in Notice.objects.due(now).filter(case_id=case_id).values_list("pk", flat=True):
        send_notice(pk, now=now)


def send_due(*, now: datetime) -> None:
    for pk in Notice.objects.due(now).values_list("pk", flat=True)[:MOST_IN_ONE_MAIL]:
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
    kind_words = _claim_praise(notice.recipient, now=now) if notice.attempts <= TOGETHER_ATTEMPTS else []
    return _send_together(notice.recipient, together, kind_words, now=now)


def praise_due_alone(*, now: datetime) -> QuerySet[PraiseNotice]:
    """What no notice that is due takes along."""
    return PraiseNotice.objects.due(now).exclude(praise__person__in=Notice.objects.due(now).values("recipient"))


def send_praise_notice(notice_id: int, *, now: datetime) -> bool:
    """Tell the praised person, with all other praise that waits for the same person."""
    if not PraiseNotice.objects.claim(notice_id, now=now):
        return False
    row = PraiseNotice.objects.select_related("praise__person__staff_profile").get(pk=notice_id)
    person = row.praise.person
    if person is None or row.praise.seen_at is not None:
        return not settle_without_sending(row, Status.DROPPED, _("Read before, or nobody is left to read it."), now=now)
    calm_until = max(_calm_until(person, now=now), _praise_calm_until(person, now=now))
    if calm_until > now:
        settle_later(row, calm_until, "", now=now)
        return False
    return _send_together(person, [], [row, *_claim_praise(person, now=now)], now=now)


def give_back_stuck(*, now: datetime) -> int:
    """A notice whose sender died is sent again: better twice than never."""
    given_back = 0
    for rows in (Notice.objects, PraiseNotice.objects):
        given_back += rows.stuck(now).update(status=Status.QUEUED, updated_at=now)
        park_worn(rows.all(), now=now)
    return given_back


def _with_all(notices):
    return notices.select_related("recipient__staff_profile", "case__touchpoint")


def _calm_until(person: AbstractBaseUser, *, now: datetime) -> datetime:
    notices = Notice.objects.filter(recipient=person, sent_at__lte=now)
    praise = PraiseNotice.objects.filter(praise__person=person, sent_at__lte=now)
    return max(_last_sent(notices, CALM, now=now), _last_sent(praise, CALM, now=now))


def _praise_calm_until(person: AbstractBaseUser, *, now: datetime) -> datetime:
    told = PraiseNotice.objects.filter(praise__person=person, sent_at__lte=now)
    calm_until = _last_sent(told, PRAISE_CALM, now=now)
    return now if calm_until <= now else mail_due_at(person, now=calm_until)


def _last_sent(rows: QuerySet, calm: timedelta, *, now: datetime) -> datetime:
    """When so much time will have passed since the last mail; now where it has."""
    sent = rows.filter(status=Status.SENT, sent_at__gt=now - calm).order_by("-sent_at")
    sent_at = sent.values_list("sent_at", flat=True).first()
    return now if sent_at is None else sent_at + calm


def _claim_others(notice: Notice, *, now: datetime) -> Sequence[Notice]:
    if notice.attempts > TOGETHER_ATTEMPTS:
        return []
    due = Notice.objects.due(now).filter(recipient=notice.recipient, attempts__lt=TOGETHER_ATTEMPTS)
    due = due.exclude(pk=notice.pk)
    claimed = [pk for pk in due.values_list("pk", flat=True)[:MOST_IN_ONE_MAIL] if Notice.objects.claim(pk, now=now)]
    return list(_with_all(Notice.objects.filter(pk__in=claimed)))


def _claim_praise(person: AbstractBaseUser, *, now: datetime) -> Sequence[PraiseNotice]:
    due = PraiseNotice.objects.due(now).filter(praise__person=person, praise__seen_at__isnull=True)
    due = due.filter(attempts__lt=TOGETHER_ATTEMPTS).values_list("pk", flat=True)[:MOST_IN_ONE_MAIL]
    claimed = [pk for pk in due if PraiseNotice.objects.claim(pk, now=now)]
    return list(PraiseNotice.objects.filter(pk__in=claimed)) if claimed else []


def _send_together(
    person: AbstractBaseUser, notices: Sequence[Notice], kind_words: Sequence[PraiseNotice], *, now: datetime
) -> bool:
    rows = [*notices, *kind_words]
    refusal = _why_not(person)
    if refusal:
        for row in rows:
            settle_without_sending(row, Status.DROPPED, refusal, now=now)
        return False
    try:
        EmailChannel().send(letter_of(person, notices, kind_words=len(kind_words)))
    except DeliveryUnknown as silence:
        for row in rows:
            settle_retry(row, str(silence), now=now)
        return False
    except DeliveryError as problem:
        for row in rows:
            settle_refusal(row, problem, now=now)
        return False
    settled = [settle_sent(row, now=now) for row in rows]
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


def letter_of(person: AbstractBaseUser, notices: Sequence[Notice], *, kind_words: int = 0) -> Letter:
    """What it is and where; the customer's name and words stay behind the login."""
    lines = [_line(notice) for notice in notices]
    context = {
        **(lines[0] if lines else {}),
        "lines": lines,
        "cases": len({notice.case_id for notice in notices}),
        "kind_words": kind_words,
        "praise_page": settings.PUBLIC_URL + reverse("loop:praise"),
    }
    name = "praise" if not lines else "case_notice" if len(lines) == 1 else "case_notices"
    headers = {"Auto-Submitted": "auto-generated"}
    with timezone.override(zone_of(person)):
        return write_letter(name, context, to=person.email, locale=settings.LANGUAGE_CODE, headers=headers)


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
    """The giver's reason, as the history has it now; nothing where the case stayed with the people of its team."""
    version = notice.dedup_key.partition(":")[2]
    if notice.kind not in (Kind.ASSIGNED, Kind.HANDED) or not version.isdecimal():
        return ""
    line = notice.case.history.filter(version=version, kind=CaseEvent.Kind.ASSIGNED).first()
    if line is None or ("team" not in line.changes and _is_among_its_own(notice)):
        return ""
    return line.note


def _is_among_its_own(notice: Notice) -> bool:
    return notice.case.team is None or is_of_team(notice.recipient, notice.case.team)
