"""What is left of a person's answers after erasure: numbers that count, no words."""

from django.db import transaction
from django.db.models import Q

from feedback.models import (
    Answer,
    AnswerRevision,
    BlindLabel,
    Correction,
    Fact,
    Reading,
    Response,
    SetAsideAnswer,
    ThemeMention,
)
from feedback.services.exports import forget_answers

ERASED = "[erased]"


@transaction.atomic
def erase_customer(customer_id: int) -> int:
    """Take the words out of every answer of this customer and cut the tie; return how many responses had one.

    Scores and choices stay, so that last quarter's figures do. Erasing twice erases nothing more.
    """
    theirs = Response.objects.select_for_update().filter(customer_id=customer_id)  # who reads one now, ends
    responses = list(theirs.order_by("pk").values_list("pk", flat=True))
    about = Q(answer__response_id__in=responses)
    AnswerRevision.objects.filter(about).delete()
    BlindLabel.objects.filter(about).delete()
    Correction.objects.filter(about).update(note="")
    Reading.objects.filter(about).update(spans=[])
    ThemeMention.objects.filter(about).update(spans=[])
    SetAsideAnswer.objects.filter(response_id__in=responses).update(value=ERASED)
    Answer.objects.filter(response_id__in=responses, text__isnull=False).update(text=ERASED)
    Fact.objects.filter(customer_id=customer_id).update(run="")  # may be an order number; the amount names nobody
    Response.objects.filter(pk__in=responses).update(customer=None, external_ref=None)
    if responses:
        forget_answers()
    return len(responses)


def responses_with_traces():
    """Responses that still name an erased customer: what the sweep looks for."""
    return Response.objects.filter(customer__erased_at__isnull=False)
