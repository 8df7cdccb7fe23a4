"""The dashboard's figures by mail: a row for each mail, sent at least once, with the same numbers as the page."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from feedback.forms.filters import FilterForm
from feedback.models import Digest, DigestPlan
from feedback.report import Report, read_report, write_report_pdf
from feedback.services.digest_times import next_time, period_before
from surveys.channels.email import EmailChannel
from vocplatform.lib.delivery import Attachment, ChannelDown, DeliveryError, DeliveryUnknown, Letter
from vocplatform.lib.letters import write_letter
from vocplatform.lib.outbox import LEASE
from vocplatform.lib.pdf import PdfMissing
from vocplatform.lib.periods import Period, day_of
from vocplatform.lib.settling import park_worn, settle_later, settle_retry, settle_sent, settle_without_sending

Status = Digest.Status


class FiltersGone(Exception):
    """The plan names something that does not exist any more."""


def save_plan(plan: DigestPlan, *, now: datetime) -> DigestPlan:
    plan.next_at = next_time(plan, after=now)
    plan.save()
    return plan


def switch_plan(plan_id: int, *, is_on: bool, now: datetime) -> None:
    """Switched on again it waits for its next time; what was missed meanwhile is not made up for."""
    plan = DigestPlan.objects.get(pk=plan_id)
    plan.is_on, plan.next_at = is_on, next_time(plan, after=now)
    plan.save(update_fields=["is_on", "next_at", "updated_at"])


def remove_plan(plan_id: int) -> None:
    DigestPlan.objects.filter(pk=plan_id).delete()


def write_due_digests(*, now: datetime) -> int:
    """Write a row for each plan whose time has come. After a long pause there is one mail, about the last period."""
    written = 0
    for pk in DigestPlan.objects.due(now).values_list("pk", flat=True):
        written += _write_digest(pk, now=now)
    return written


@transaction.atomic
def _write_digest(plan_id: int, *, now: datetime) -> bool:
    plan = DigestPlan.objects.due(now).select_for_update().filter(pk=plan_id).first()
    if plan is None:  # somebody else was first
        return False
    period = period_of(plan, now=now)
    _digest, is_new = Digest.objects.get_or_create(
        plan=plan, first_on=period.first_on, last_on=period.last_on, defaults={"due_at": now}
    )
    plan.next_at = next_time(plan, after=now)
    plan.save(update_fields=["next_at", "updated_at"])
    return is_new


def period_of(plan: DigestPlan, *, now: datetime) -> Period:
    """Counted back from the reader's day, in days of the account as everywhere."""
    return period_before(plan, day_of(now, ZoneInfo(plan.time_zone)))


def send_digest(digest_id: int, *, now: datetime) -> bool:
    """Mail one digest if it is due and nobody else does. A crash half-way sends it again after the lease."""
    if not Digest.objects.claim(digest_id, now=now):
        return False
    digest = Digest.objects.select_related("plan__recipient").get(pk=digest_id)
    refusal = _why_not(digest.plan)
    if refusal:
        return not settle_without_sending(digest, Status.DROPPED, refusal, now=now)
    try:
        EmailChannel().send(letter_of(digest.plan, Period(digest.first_on, digest.last_on)))
    except FiltersGone as problem:
        return not settle_without_sending(digest, Status.FAILED, str(problem), now=now)
    except DeliveryUnknown as silence:
        return not settle_retry(digest, str(silence), now=now)
    except ChannelDown as silence:
        return not settle_later(digest, now + LEASE, str(silence), now=now)
    except DeliveryError as problem:
        if problem.permanent:
            return not settle_without_sending(digest, Status.FAILED, str(problem), now=now)
        return not settle_retry(digest, str(problem), now=now)
    return settle_sent(digest, now=now)


def give_back_stuck(*, now: datetime) -> int:
    """A digest whose sender died is sent again: better twice than never."""
    given_back = Digest.objects.stuck(now).update(status=Status.QUEUED, updated_at=now)
    park_worn(Digest.objects.all(), now=now)
    return given_back


def _why_not(plan: DigestPlan) -> str:
    person: AbstractBaseUser = plan.recipient
    if not plan.is_on:
        return _("The reader has switched it off.")
    if not person.is_active:
        return _("The person has left.")
    if not person.email:
        return _("The person has no e-mail address.")
    if not person.has_perm("feedback.view_response"):
        return _("The person may no longer read answers.")
    return ""


def report_of(plan: DigestPlan, period: Period) -> Report:
    """The dashboard's own figures for these days. Raises FiltersGone."""
    query = QueryDict(plan.query, mutable=True)
    query["first"], query["last"] = period.first_on.isoformat(), period.last_on.isoformat()
    form = FilterForm(query, today=day_of(timezone.now(), timezone.get_default_timezone()))
    if not form.is_valid():
        raise FiltersGone(_("These filters do not exist any more."))
    return read_report(form, title=plan.name)


def letter_of(plan: DigestPlan, period: Period) -> Letter:
    with translation.override(settings.LANGUAGE_CODE):
        report = report_of(plan, period)
        context = {
            "plan": plan,
            "report": report,
            "page": settings.PUBLIC_URL + reverse("dashboard") + f"?{report.query}",
            "settings_page": settings.PUBLIC_URL + reverse("digests"),
        }
        letter = write_letter(
            "digest",
            context,
            to=plan.recipient.email,
            locale=settings.LANGUAGE_CODE,
            headers={"Auto-Submitted": "auto-generated"},
        )
        return replace(letter, attachments=_attached(plan, report))


def _attached(plan: DigestPlan, report: Report) -> tuple[Attachment, ...]:
    """The mail goes out without its PDF where this machine cannot write one: the figures stand in the mail itself."""
    if not plan.has_pdf:
        return ()
    try:
        content = write_report_pdf(report)
    except PdfMissing:
        return ()
    return (Attachment(f"{report.file_name}.pdf", content, "application/pdf"),)
