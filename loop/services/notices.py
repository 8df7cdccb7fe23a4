"""Staff must know: rows written with the case, sent at least once."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _

from loop.models import Case, Notice
from loop.services.clocks import running_clocks
from loop.services.outbox import settle_refusal
from surveys.channels.email import EmailChannel
from vocplatform.lib.delivery import DeliveryError, DeliveryUnknown, Letter
from vocplatform.lib.letters import write_letter
from vocplatform.lib.settling import settle_retry, settle_sent, settle_without_sending


def write_notices(
    case: Case, people: Iterable[AbstractBaseUser], kind: Notice.Kind, *, key: str, now: datetime
) -> list[Notice]:
    """One notice per person; the same news, known by `key`, is told once. The caller announces what happened."""
    wanted = [Notice(case=case, recipient=person, kind=kind, dedup_key=key[:80], due_at=now) for person in people]
    Notice.objects.bulk_create(wanted, ignore_conflicts=True)
    return wanted


def send_notices(case_id: int, *, now: datetime) -> None:
    for pk in Notice.objects.due(now).filter(case_id=case_id).values_list("pk", flat=True):
        send_notice(pk, now=now)


def send_notice(notice_id: int, *, now: datetime) -> bool:
    """Mail one notice if it is due and nobody else does; a crash half-way sends it again after the lease."""
    if not Notice.objects.claim(notice_id, now=now):
        return False
    notice = Notice.objects.select_related("recipient__staff_profile", "case__touchpoint").get(pk=notice_id)
    refusal = _why_not(notice)
    if refusal:
        settle_without_sending(notice, Notice.Status.DROPPED, refusal, now=now)
        return False
    try:
        EmailChannel().send(_letter(notice))
    except DeliveryUnknown as silence:
        settle_retry(notice, str(silence), now=now)
        return False
    except DeliveryError as refusal:
        settle_refusal(notice, refusal, now=now)
        return False
    return settle_sent(notice, now=now)


def give_back_stuck(*, now: datetime) -> int:
    """A notice whose sender died is sent again: better twice than never."""
    return Notice.objects.stuck(now).update(status=Notice.Status.QUEUED, updated_at=now)


def _why_not(notice: Notice) -> str:
    person = notice.recipient
    profile = getattr(person, "staff_profile", None)
    if not person.is_active:
        return _("The person has left.")
    if not person.email:
        return _("The person has no e-mail address.")
    if profile is not None and not profile.wants_mail:
        return _("The person reads notices on the page only.")
    return ""


def _letter(notice: Notice) -> Letter:
    """What it is and where; the customer's name and words stay behind the login."""
    case = notice.case
    clocks = running_clocks(case)
    context = {
        "notice": notice,
        "case": case,
        "clock": clocks[0][0].label if clocks else "",
        "due_at": clocks[0][1] if clocks else None,
        "link": settings.PUBLIC_URL + case.get_absolute_url(),
    }
    to, headers = notice.recipient.email, {"Auto-Submitted": "auto-generated"}
    return write_letter("case_notice", context, to=to, locale=settings.LANGUAGE_CODE, headers=headers)
