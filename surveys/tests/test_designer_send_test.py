"""A test to oneself travels as an invitation does, and counts nowhere."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from surveys.models import Delivery, Suppression
from surveys.services.addresses import BadAddress, address_digest, suppress
from surveys.services.deliveries import send_delivery
from surveys.services.invitations import survey_link
from surveys.services.surveys import create_from_template, publish_survey, send_test

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def version():
    survey = create_from_template("nps", locale="en")
    return publish_survey(survey.pk, actor=None, now=NOON)


def test_a_test_reaches_the_address_that_was_typed(version, mailoutbox):
    invitation = send_test(version, "Me@Example.org", now=NOON)
    send_delivery(invitation.deliveries.get().pk, now=NOON)
    assert [letter.to for letter in mailoutbox] == [["me@example.org"]]
    assert invitation.deliveries.get().status == Delivery.Status.SENT


def test_a_test_is_marked_as_one_and_belongs_to_no_customer(version):
    invitation = send_test(version, "me@example.org", now=NOON)
    assert (invitation.is_test, invitation.customer) == (True, None)


def test_an_address_that_opted_out_gets_no_test_either(version):
    digest = address_digest("email", "me@example.org")
    suppress("email", digest, reason=Suppression.Reason.OPT_OUT, now=NOON)
    with pytest.raises(BadAddress):
        send_test(version, "me@example.org", now=NOON)


def test_a_test_after_hours_is_not_held_back(version, mailoutbox):
    midnight = NOON.replace(hour=0)
    invitation = send_test(version, "me@example.org", now=midnight)
    send_delivery(invitation.deliveries.get().pk, now=midnight)
    assert len(mailoutbox) == 1


def test_a_test_says_so_in_its_subject_and_on_its_page(client, version, mailoutbox):
    invitation = send_test(version, "me@example.org", now=timezone.now())
    send_delivery(invitation.deliveries.get().pk, now=timezone.now())
    assert mailoutbox[0].subject == f"[Test mail] {version.definition['title']}"
    page = client.get(urlsplit(survey_link(invitation)).path).content.decode()
    assert "This is a test: the answer counts nowhere." in page


def test_a_number_gets_the_test_by_sms_where_a_gateway_is_set_up(version, settings):
    settings.SMS_GATEWAY_URL = "https://sms.example.org/send"
    delivery = send_test(version, "+49 151 12345678", now=NOON).deliveries.get()
    assert (delivery.channel, delivery.address) == ("sms", "+4915112345678")


@pytest.mark.parametrize("typed", ["+49 151 12345678", "ana at home", ""])
def test_what_cannot_be_reached_is_said_at_once(version, settings, typed):
    settings.SMS_GATEWAY_URL = ""
    with pytest.raises(BadAddress):
        send_test(version, typed, now=NOON)
