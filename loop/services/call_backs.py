"""A customer asks to be rung: at which hours that is offered, and the case in which it is kept."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from feedback.models import Response
from loop.hooks import notices_written
from loop.models import CallRequest, Case, CaseEvent, Notice
from loop.services.audience import caretakers, first_carers
from loop.services.batch import Batch
from loop.services.cases import reopen_case
from loop.services.clocks import set_due_times, set_next_times
from loop.services.history import Line, NotAllowed, changing
from loop.services.notices import notices_of, write_notices
from surveys.models import AddressChannel, Customer
from surveys.services.addresses import normalise_phone

Window = tuple[datetime, datetime]
LENGTH, DAYS_AHEAD, NOTICE = timedelta(hours=2), 3, timedelta(hours=1)
WORKING_DAYS = range(5)


def windows(now: datetime) -> list[Window]:
    """The spans of the next working days that may be asked for; none while CALL_BACK_HOURS is empty."""
    begins, dash, ends = settings.CALL_BACK_HOURS.partition("-")
    if not dash:
        return []
    zone = ZoneInfo(settings.TIME_ZONE)
    today = now.astimezone(zone).date()
    days = [day for day in (today + timedelta(days=n) for n in range(10)) if day.weekday() in WORKING_DAYS]
    found = []
    for day in days[:DAYS_AHEAD]:
        start = datetime.combine(day, time.fromisoformat(begins.strip()), zone)
        end = datetime.combine(day, time.fromisoformat(ends.strip()), zone)
        while start < end:
            found.append((start, min(start + LENGTH, end)))
            start += LENGTH
    return [window for window in found if window[1] > now + NOTICE]


def known_phone(customer: Customer) -> str:
    held = customer.addresses.filter(channel=AddressChannel.SMS, bounced_at__isnull=True)
    return held.order_by("-is_primary", "pk").values_list("address", flat=True).first() or ""


@transaction.atomic
def ask_for_call(
    response_id: int, *, window: Window, phone: str, wording: str, locale: str = "", now: datetime
) -> CallRequest:
    """Keep the wish in the customer's case, opened if need be, with the end of the window as its due time.

    Without a number the known one is rung. Asked again, the newer wish counts. Raises BadAddress and NotAllowed.
    """
    response = Response.objects.select_related("customer", "touchpoint__owner_team").get(pk=response_id)
    if response.customer is None:
        raise NotAllowed(_("Nobody knows who the customer is."))
    Customer.objects.select_for_update(no_key=True).get(pk=response.customer_id)
    number = normalise_phone(phone, locale=locale) if phone.strip() else known_phone(response.customer)
    if not number:
        raise NotAllowed(_("Give the number that we may call."))
    case = _case_of(response)
    case = _join(case, window, now=now) if case else _open(response, window, now=now)
    wish = {"phone": number, "wanted_from": window[0], "wanted_until": window[1], "wording": wording}
    return CallRequest.objects.update_or_create(response=response, defaults={"case": case, **wish})[0]


def _case_of(response: Response) -> Case | None:
    own = Case.objects.filter(response=response).first()
    mine = Case.objects.open().filter(customer=response.customer, touchpoint=response.touchpoint)
    found = own or mine.order_by("-opened_at", "-pk").first()
    return found.duplicate_of or found if found else None


def _join(case: Case, window: Window, *, now: datetime) -> Case:
    if not case.is_open:
        reopen_case(case.pk, note=_("The customer wants to be called."), now=now)
    with changing(case.pk, Line(CaseEvent.Kind.CHANGED, now, note=_wish(window))) as case:
        case.wake(now)
        if case.contacted_at is None:
            case.contact_due_at = window[1]
        people = caretakers(case, now=now)
        write_notices(case, people, Notice.Kind.CALLBACK, key=f"call:{window[0].isoformat()}", now=now)
        notices_written.announce(case.pk)
    return case


def _open(response: Response, window: Window, *, now: datetime) -> Case:
    batch = Batch()
    case = Case(
        response=response,
        customer=response.customer,
        touchpoint=response.touchpoint,
        sla_policy=batch.policy,
        summary=_("Wants to be called"),
        team=response.touchpoint and response.touchpoint.owner_team,
        opened_at=now,
    )
    set_due_times(case)
    case.contact_due_at = window[1]
    set_next_times(case)
    line = CaseEvent(
        case=case, kind=CaseEvent.Kind.OPENED, at=now, went_to=case.status, note=_wish(window), version=case.version
    )
    people = first_carers(case, now=now) or batch.managers
    batch.open(case, line, notices_of(case, people, Notice.Kind.CALLBACK, key="opened", now=now), now=now)
    batch.write()
    return case


def _wish(window: Window) -> str:
    begins, ends = window
    return _("The customer wants to be called on %(day)s between %(begins)s and %(ends)s.") % {
        "day": f"{begins:%Y-%m-%d}",
        "begins": f"{begins:%H:%M}",
        "ends": f"{ends:%H:%M %Z}",
    }
