"""Mail of a known customer that names no case: into the one that is open, else a new case if somebody must act."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from feedback.models import Reading, Response
from feedback.sentiment.engine import Context
from feedback.sentiment.engine import Reading as Heard
from feedback.sentiment.registry import get_engine
from loop.models import Case, Severity
from loop.rules.facts import STRONGLY_NEGATIVE
from loop.services.opening import open_without_answer
from surveys.models import AddressChannel, Customer, CustomerAddress, Delivery, Team, Touchpoint, TouchpointEvent

FINE = (Reading.Label.POSITIVE, Reading.Label.NEUTRAL)


def customer_who_wrote(sender: str) -> Customer | None:
    """Whose address this is; nobody, where it belongs to two."""
    known = CustomerAddress.objects.filter(customer__erased_at__isnull=True)
    held = known.filter(channel=AddressChannel.EMAIL, address__iexact=sender)
    ids = list(held.values_list("customer", flat=True).distinct()[:2])
    return Customer.objects.select_for_update(no_key=True).get(pk=ids[0]) if len(ids) == 1 else None


def customer_written_to(answered: Delivery) -> Customer | None:
    """Whom we invited, from whichever address the answer comes."""
    present = Customer.objects.present().filter(pk=answered.invitation.customer_id)
    return present.select_for_update(no_key=True).first()


def open_case_of(customer: Customer) -> Case | None:
    return Case.objects.open().filter(customer=customer).order_by("-opened_at", "-pk").first()


def open_mail_case(
    customer: Customer, words: str, *, touchpoint: Touchpoint | None = None, now: datetime
) -> Case | None:
    """Call it with the customer locked. None: the mail is neither angry nor asks for anything."""
    heard = get_engine(settings.SENTIMENT_ENGINE).read(words, Context(locale=customer.locale))
    if not calls_for_somebody(heard):
        return None
    return open_without_answer(
        summary=" ".join(words.split()),
        note=because(heard),
        customer=customer,
        touchpoint=touchpoint,
        team=touchpoint.owner_team if touchpoint and touchpoint.owner_team else team_last_met(customer),
        severity=Severity.HIGH if (heard.compound or 0) <= STRONGLY_NEGATIVE else Severity.NORMAL,
        now=now,
    )


def calls_for_somebody(heard: Heard) -> bool:
    """What no engine can read is left to a person."""
    return not heard.is_scored or heard.label not in FINE or heard.intent == Reading.Intent.RESPONSE_NEEDED


def because(heard: Heard) -> str:
    if not heard.is_scored:
        return _("A mail that belongs to no case, in a language that is not read here.")
    if heard.label in FINE:
        return _("A mail that belongs to no case and asks for an answer.")
    return _("A mail that belongs to no case sounds %(label)s.") % {"label": Reading.Label(heard.label).label}


def team_last_met(customer: Customer) -> Team | None:
    """Who owns the touchpoint at which the customer was seen last: the mail is most likely about that."""
    events = TouchpointEvent.objects.happened().filter(customer=customer).order_by("-occurred_at")
    answers = Response.objects.filter(customer=customer, touchpoint__isnull=False).order_by("-started_at")
    met = [
        *events.values_list("occurred_at", "touchpoint__owner_team")[:1],
        *answers.values_list("started_at", "touchpoint__owner_team")[:1],
    ]
    _when, team = max(met, key=lambda meeting: meeting[0], default=(None, None))
    return Team.objects.select_related("lead").filter(pk=team).first()
