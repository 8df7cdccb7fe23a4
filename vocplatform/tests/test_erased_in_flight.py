"""Somebody is erased at the moment when a letter to her leaves: what comes back from it brings nothing of her back."""

import pytest
from django.db import connection

from feedback.services.erasure import erase_customer as forget_answers
from feedback.services.responses import submit_response
from feedback.services.scoring import score_response
from feedback.tests import survey_page
from loop.models import Case, Message
from loop.services.defaults import ensure_loop_defaults
from loop.services.erasure import cases_with_traces
from loop.services.erasure import erase_customer as forget_cases
from loop.services.intake import triage_response
from loop.services.messages import send_message, write_message
from loop.tests.rows import DAY, MINUTE, NOON, person
from surveys.models import Customer, Delivery
from surveys.services.deliveries import send_delivery
from surveys.services.erasure import erase_customer
from surveys.services.invitations import invite_directly
from surveys.tests import rows
from vocplatform.lib.delivery import AddressRefused, DeliveryError, DeliveryUnknown
from vocplatform.tests.canary import CANARY, places

pytestmark = pytest.mark.django_db
ENDS = {
    "it arrives": None,
    "nobody knows": DeliveryUnknown("The line broke."),
    "the address is refused": AddressRefused("No such address."),
    "later, perhaps": DeliveryError("The mail server answered 451.", permanent=False),
}


@pytest.fixture
def ana() -> Customer:
    return rows.customer(f"{CANARY}-1", f"{CANARY}@example.org", name=CANARY, attributes={"note": CANARY})


def forget(customer_id: int) -> None:
    """All floors, as their tasks do after the announcement."""
    erase_customer(customer_id, now=NOON)
    forget_answers(customer_id)
    forget_cases(customer_id)


@pytest.fixture(params=ENDS.values(), ids=ENDS)
def erased_while_it_leaves(request, monkeypatch, ana):
    """The mail server takes its time, and meanwhile staff press the button."""

    def send(self, *_):
        forget(ana.pk)
        if request.param:
            raise request.param

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", send)


def case_of(ana: Customer) -> Case:
    ensure_loop_defaults(now=NOON)
    invitation = survey_page.invite(survey_page.publish(), now=NOON, customer=ana)
    said = {"nps": 0, "why": f"I am {CANARY}, call me."}
    response = submit_response(invitation, said, now=NOON)
    score_response(response.pk, now=NOON)
    return triage_response(response.pk, now=NOON).case


def test_an_invitation_that_leaves_meanwhile_keeps_no_trace(ana, erased_while_it_leaves):
    delivery = invite_directly(rows.survey(), ana, now=NOON).deliveries.get()
    assert places()
    send_delivery(delivery.pk, now=NOON)
    assert places() == []
    send_delivery(delivery.pk, now=NOON + DAY)
    assert Delivery.objects.get().status in ("sent", "unknown", "failed", "dropped")


def test_a_letter_in_a_case_that_leaves_meanwhile_keeps_no_trace(ana, erased_while_it_leaves):
    case = case_of(ana)
    letter = write_message(case.pk, subject=f"Dear {CANARY}", body=CANARY, actor=person(), now=NOON)
    send_message(letter.pk, now=NOON + MINUTE)
    assert places() == []
    assert not cases_with_traces().exists()


def test_a_letter_that_waits_for_another_try_is_not_tried_again(ana, monkeypatch, mailoutbox):
    case = case_of(ana)
    letter = write_message(case.pk, subject=CANARY, body=CANARY, actor=person(), now=NOON)
    forget(ana.pk)
    assert not send_message(letter.pk, now=NOON + MINUTE)
    assert (mailoutbox, Message.objects.get().status) == ([], Message.Status.DROPPED)


def test_the_search_would_find_a_word_in_any_table(ana):
    assert "surveys_customer" in places() and "surveys_customeraddress" in places()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE left_over (words text)")
        cursor.execute("INSERT INTO left_over VALUES (%s)", [f"I am {CANARY}."])
    assert "left_over" in places()
