"""Customers who matter and have fallen silent: neither an event nor an answer for so long that somebody should ask."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _

from feedback.models import Response
from loop.models import Case
from loop.services.opening import open_without_answer
from surveys.models import Customer, TouchpointEvent

BATCH = 200
NEVER = Value(datetime(1970, 1, 1, tzinfo=UTC))


def silent_customers(*, now: datetime) -> QuerySet[Customer]:
    """Worth KEY_CUSTOMER_VALUE a year or more, heard of once, silent for SILENCE_DAYS, and no case opened since."""
    events = (
        TouchpointEvent.objects.happened()
        .filter(customer=OuterRef("pk"))
        .order_by("-occurred_at")
        .values("occurred_at")[:1]
    )
    answered = Response.objects.filter(customer=OuterRef("pk"), submitted_at__isnull=False)
    answers = answered.order_by("-submitted_at").values("submitted_at")[:1]
    heard = Greatest(Coalesce(Subquery(events), NEVER), Coalesce(Subquery(answers), NEVER))
    known = Customer.objects.filter(annual_value__gte=settings.KEY_CUSTOMER_VALUE, erased_at__isnull=True)
    silent = known.annotate(last_heard_at=heard).filter(
        last_heard_at__lt=now - timedelta(days=settings.SILENCE_DAYS), last_heard_at__gt=NEVER
    )
    asked = Case.objects.filter(customer=OuterRef("pk"), opened_at__gt=OuterRef("last_heard_at"))
    return silent.exclude(Exists(asked)).exclude(cases__in=Case.objects.open()).order_by(F("annual_value").desc(), "pk")


def open_silence_cases(*, now: datetime) -> int:
    """One case per silence, the most valuable customers first; returns how many. 0 without KEY_CUSTOMER_VALUE."""
    if not settings.KEY_CUSTOMER_VALUE:
        return 0
    ids = list(silent_customers(now=now).values_list("pk", flat=True)[:BATCH])
    return sum(_open(pk, now=now) for pk in ids)


@transaction.atomic
def _open(customer_id: int, *, now: datetime) -> int:
    """The customer is locked, so that two sweeps at once see each other's case."""
    Customer.objects.select_for_update(no_key=True).get(pk=customer_id)
    customer = silent_customers(now=now).filter(pk=customer_id).first()
    if customer is None:
        return 0
    note = _("Neither an event nor an answer for %(days)d days; the last was on %(day)s.") % {
        "days": (now - customer.last_heard_at).days,
        "day": f"{customer.last_heard_at:%Y-%m-%d}",
    }
    open_without_answer(summary=_("A key customer is silent"), note=note, customer=customer, now=now)
    return 1
