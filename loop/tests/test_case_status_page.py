import json

import pytest
from django.conf import settings

from loop.models import Case, CaseEvent, Message, Recovery
from loop.services.case_links import page_link, reply_address
from loop.services.cases import record_contact, resolve_case
from loop.services.desk import add_note
from loop.services.inbound import MOST_IN_AN_HOUR
from loop.services.recovery import offer_recovery
from loop.tests.rows import HOUR, NOON, case, customer, person, resolution
from loop.tests.test_inbound import BOX, letter
from surveys.models import ApiKey
from surveys.services.api_keys import create_api_key
from surveys.tests import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben():
    return person("ben")


@pytest.fixture
def opened(ben):
    return case(owner=ben)


@pytest.fixture
def resolved(opened, ben):
    record_contact(opened.pk, channel="phone", reached=True, actor=ben, now=NOON)
    return resolve_case(opened.pk, **resolution(), actor=ben, now=NOON + HOUR)


def path_of(opened: Case) -> str:
    return page_link(opened).removeprefix(settings.PUBLIC_URL)


def test_the_page_says_what_was_done_in_plain_words_and_nothing_that_staff_wrote(client, resolved, ben):
    add_note(resolved.pk, text="A difficult one.", actor=ben, now=NOON)
    answer = client.get(path_of(resolved))
    page = answer.content.decode()
    assert "We believe that this is solved" in page and "We called you." in page and resolved.code in page
    assert "difficult" not in page and "Sent a new one" not in page
    assert not answer.cookies and "<script" not in page and "noindex" in answer.headers["X-Robots-Tag"]


def test_opening_the_page_changes_nothing(client, resolved):
    before = Case.objects.values().get(pk=resolved.pk), CaseEvent.objects.count(), Message.objects.count()
    client.get(path_of(resolved))
    assert before == (Case.objects.values().get(pk=resolved.pk), CaseEvent.objects.count(), Message.objects.count())


def test_the_customer_confirms_with_a_button(client, resolved):
    offer_recovery(resolved.pk, now=NOON + HOUR)
    client.post(path_of(resolved), {"wish": "solved"})
    resolved.refresh_from_db()
    assert resolved.status == Case.Status.CONFIRMED and Recovery.objects.get().solved is True


def test_a_case_that_is_not_solved_for_the_customer_is_open_again(client, resolved):
    client.post(path_of(resolved), {"wish": "unsolved"})
    resolved.refresh_from_db()
    assert resolved.status == Case.Status.REOPENED and Recovery.objects.get().solved is False


def test_an_open_case_cannot_be_confirmed_by_hand_made_form(client, opened):
    client.post(path_of(opened), {"wish": "solved"})
    opened.refresh_from_db()
    assert opened.status == Case.Status.ASSIGNED and not Recovery.objects.exists()


def test_what_the_customer_writes_on_the_page_stands_in_the_case(client, opened):
    assert client.post(path_of(opened), {"wish": "write", "words": "Still broken."}).status_code == 200
    assert opened.messages.get().body == "Still broken."


@pytest.mark.parametrize(("words", "status"), [("  ", 422), ("x" * 5001, 422)])
def test_nothing_and_too_much_are_refused_in_the_field(client, opened, words, status):
    answer = client.post(path_of(opened), {"wish": "write", "words": words})
    assert answer.status_code == status and 'role="alert"' in answer.content.decode()
    assert not opened.messages.exists()


def test_more_than_a_person_writes_is_refused_and_the_text_stays_in_the_field(client, opened):
    for number in range(MOST_IN_AN_HOUR):
        client.post(path_of(opened), {"wish": "write", "words": f"Line {number}"})
    answer = client.post(path_of(opened), {"wish": "write", "words": "One more"})
    assert answer.status_code == 429 and "One more" in answer.content.decode()


def test_the_page_speaks_the_language_of_the_customer(client, ben):
    german = case(owner=ben, who=customer("C-9", locale="de"))
    page = client.get(path_of(german)).content.decode()
    assert '<html lang="de"' in page and "We have received" not in page


def test_a_link_that_is_none_and_one_of_an_erased_customer_lead_nowhere(client, opened):
    path = path_of(opened)
    assert client.get(path[:-3] + "0/").status_code == 404
    opened.customer.erased_at = NOON
    opened.customer.save()
    assert client.get(path).status_code == 404


@pytest.fixture
def post(client, settings):
    settings.REPLY_ADDRESS = BOX
    _row, key = create_api_key(rows.source(), name="Mail", scopes=["mail:write"])

    def send(body, kind="message/rfc822", key=key):
        return client.post("/api/v1/inbound/mail", body, content_type=kind, headers={"authorization": f"Bearer {key}"})

    return send


def test_the_api_takes_a_mail_as_it_is(post, opened):
    answer = post(letter(reply_address(opened)))
    assert answer.json() == {"outcome": "taken", "case": opened.code}


def test_the_api_takes_the_json_of_a_mail_provider_once(post, opened):
    told = {
        "From": "Ada <c-1@example.org>",
        "To": reply_address(opened),
        "Subject": "Re: Größe",
        "MessageID": "22c74902-a0c1-4511",
        "TextBody": "Zu klein.",
        "Headers": [{"Name": "X-Spam-Status", "Value": "No"}],
        "Attachments": [],
    }
    for _again in range(2):
        assert post(json.dumps(told), "application/json").json()["outcome"] == "taken"
    message = opened.messages.get()
    assert (message.subject, message.body) == ("Re: Größe", "Zu klein.")


def test_a_key_for_something_else_hands_over_no_mail(post, opened):
    _row, other = create_api_key(rows.source("other"), name="Shop", scopes=[ApiKey.Scope.EVENTS_WRITE])
    assert post(b"From: a@b.c\n\nHello", key=other).status_code == 403


def test_json_that_is_no_mail_is_refused_with_the_field(post):
    answer = post("{}", "application/json")
    assert answer.status_code == 400 and "From" in json.dumps(answer.json())
