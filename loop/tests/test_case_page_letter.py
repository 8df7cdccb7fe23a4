import pytest
from django.urls import reverse
from django.utils import timezone

from loop.models import CannedReply, Case, Message
from loop.tests.rows import case, customer, team
from loop.tests.staff import browser, staff
from surveys.models import AddressChannel, Consent, Customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def care():
    return team("Care")


@pytest.fixture
def desk(care):
    return browser(staff("agent", "ana", team=care))


def opened(care, **fields) -> Case:
    row = case(who=customer("C-1", **fields))
    Case.objects.filter(pk=row.pk).update(team=care)
    row.refresh_from_db()
    return row


def send(desk, row: Case, **written):
    return desk.post(reverse("loop:act", args=[row.code, "message"]), {"version": row.version, **written})


def composer(desk, row: Case, query: str = ""):
    return desk.get(f"{row.get_absolute_url()}?do=message{query}")


def test_a_letter_to_the_customer_waits_in_the_outbox(desk, care):
    row = opened(care)
    send(desk, row, subject="Your parcel", body="It is on its way.")
    letter = Message.objects.get(case=row, direction="out")
    assert (letter.subject, letter.address, letter.author.username) == ("Your parcel", "c-1@example.org", "ana")


def test_a_preview_shows_the_letter_as_it_would_leave_and_keeps_nothing(desk, care):
    row = opened(care)
    response = send(desk, row, subject="Your parcel", body="It is on its way.", preview="yes")
    assert "It is on its way." in response.context["form"].preview().text
    assert row.code in response.context["form"].preview().text
    assert not Message.objects.exists()


def test_a_canned_reply_fills_the_letter_with_the_case_s_own_words(desk, care):
    reply = CannedReply.objects.create(
        name="Sorry", locale="en", subject="About {{ touchpoint }}", body="Dear {{ customer }}, {{ code }}"
    )
    row = opened(care, name="Marta Nowak")
    form = composer(desk, row, f"&reply={reply.pk}").context["form"]
    assert form["body"].value() == f"Dear Marta Nowak, {row.code}"


def test_replies_in_the_language_of_the_customer_are_offered(desk, care):
    CannedReply.objects.create(name="Sorry", locale="en", subject="s", body="b")
    german = CannedReply.objects.create(name="Verzeihung", locale="de", subject="s", body="b")
    assert list(composer(desk, opened(care, locale="de-AT")).context["form"].replies) == [german]


@pytest.mark.parametrize("left", ["{{ coupon }}", "{{customer}}", "{{ customer", "}} there"])
def test_a_placeholder_that_was_not_filled_in_stops_the_letter(desk, care, left):
    response = send(desk, opened(care), subject="Hello", body=f"Dear {left}, welcome")
    assert response.status_code == 422
    assert "body" in response.context["form"].errors
    assert not Message.objects.exists()


@pytest.mark.parametrize("reply", ["0", "999999", "x", "-1", "1 or 1"])
def test_a_reply_that_does_not_exist_leaves_the_letter_empty(desk, care, reply):
    assert composer(desk, opened(care), f"&reply={reply}").context["form"]["body"].value() is None


def test_a_customer_who_withdrew_is_not_written_to_and_the_page_says_why(desk, care):
    row = opened(care)
    Consent.objects.create(
        customer=row.customer,
        channel=AddressChannel.EMAIL,
        status=Consent.Status.WITHDRAWN,
        recorded_at=timezone.now(),
    )
    shown = composer(desk, row).content.decode()
    assert "The customer does not want e-mail from us." in shown
    assert send(desk, row, subject="a", body="b").status_code == 422
    assert not Message.objects.exists()


def test_an_erased_customer_is_not_written_to(desk, care):
    row = opened(care)
    Customer.objects.filter(pk=row.customer_id).update(erased_at=timezone.now())
    assert send(desk, row, subject="a", body="b").status_code == 422


def test_a_subject_of_several_lines_cannot_add_a_header(desk, care):
    row = opened(care)
    send(desk, row, subject="Hello\r\nBcc: all@example.org", body="b")
    assert not Message.objects.filter(subject__contains="\n").exists()


def test_an_answer_takes_up_the_subject_of_the_customer(desk, care):
    row = opened(care)
    Message.objects.create(case=row, direction="in", subject="Where is it", body="?")
    assert composer(desk, row).context["form"]["subject"].value() == "Re: Where is it"


def test_a_letter_that_failed_says_so_in_the_story(desk, care):
    row = opened(care)
    Message.objects.create(case=row, subject="Hello", body="b", status=Message.Status.FAILED)
    assert "failed" in desk.get(row.get_absolute_url()).content.decode()
