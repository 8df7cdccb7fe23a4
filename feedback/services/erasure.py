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
    responses = list(Response.objects.filter(customer_id=customer_id).values_list("pk", flat=True))
    theirs = Q(answer__response_id__in=responses)
    AnswerRevision.objects.filter(theirs).delete()
    BlindLabel.objects.filter(theirs).delete()
    Correction.objects.filter(theirs).update(note="")
    Reading.objects.filter(theirs).update(spans=[])
    ThemeMention.objects.filter(theirs).update(spans=[])
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
