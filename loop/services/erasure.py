"""What is left of a person's cases after erasure: that somebody was helped, when and how; not who, in no words."""

from django.db import transaction
from django.utils import timezone

from loop.models import (
    CallRequest,
    Case,
    CaseEvent,
    Favour,
    Message,
    NewsLetter,
    Placement,
    Praise,
    Ticket,
    Triage,
    WebhookCall,
)

ERASED = "[erased]"


@transaction.atomic
def erase_customer(customer_id: int) -> int:
    """Take names, letters and notes out of this customer's cases; return how many there were. Twice is once."""
    theirs = Case.objects.select_for_update().filter(customer_id=customer_id)  # who writes in one now, ends
    cases = list(theirs.order_by("pk").values_list("pk", flat=True))
    letters = Message.objects.filter(case_id__in=cases)
    letters.filter(status=Message.Status.QUEUED).update(status=Message.Status.DROPPED, last_error="erased")
    letters.update(address="", subject=ERASED, body=ERASED)
    calls = WebhookCall.objects.filter(case_id__in=cases)
    calls.filter(status=WebhookCall.Status.QUEUED).update(status=WebhookCall.Status.DROPPED, last_error="erased")
    calls.update(body="")
    Ticket.objects.filter(case_id__in=cases).delete()
    CallRequest.objects.filter(case_id__in=cases).update(phone="")
    CaseEvent.objects.filter(case_id__in=cases).exclude(note="").update(note=ERASED)
    CaseEvent.objects.filter(case_id__in=cases).update(changes={})
    Triage.objects.filter(case_id__in=cases).update(facts={})
    news = NewsLetter.objects.filter(customer_id=customer_id)
    news.filter(status=NewsLetter.Status.QUEUED).update(status=NewsLetter.Status.DROPPED, last_error="erased")
    news.update(address="", customer=None)
    favours = Favour.objects.filter(customer_id=customer_id)
    favours.filter(status=Favour.Status.QUEUED).update(status=Favour.Status.DROPPED, last_error="erased")
    favours.granted().update(withdrawn_at=timezone.now(), words="", shown_as="", address="", customer=None)
    Favour.objects.filter(customer_id=customer_id).update(address="", words="", shown_as="", customer=None)
    Praise.objects.filter(response__customer_id=customer_id).delete()
    placements = Placement.objects.filter(case_id__in=cases)
    placements.exclude(override_reason="").update(override_reason=ERASED)
    placements.exclude(opt_out_reason="").update(opt_out_reason=ERASED)
    placements.update(customer=None)
    Case.objects.filter(pk__in=cases).update(customer=None, summary=ERASED, outcome_note="", external_ref="")
    return len(cases)


def cases_with_traces():
    return Case.objects.filter(customer__erased_at__isnull=False)
