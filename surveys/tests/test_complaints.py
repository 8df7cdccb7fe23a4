"""Mails reported as spam: counted, said aloud, and answered by silence before receivers shut us out."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from surveys.models import Delivery
from surveys.services.complaints import count_complaints
from surveys.services.deliveries import send_delivery
from surveys.services.invitations import invite_directly
from surveys.services.surveys import create_from_template, publish_survey, send_test
from surveys.tests import rows
from surveys.tests.rows import NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def counted_anew():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def asks():
    return rows.survey()


def mails(asks, count: int, *, reported: int = 0, sent_at=NOON - DAY) -> None:
    invitation = invite_directly(asks, rows.customer("C-0", "zero@example.org"), now=NOON)
    Delivery.objects.all().delete()
    for number in range(count):
        twin = type(invitation).objects.get(pk=invitation.pk)
        twin.pk, twin.token_digest = None, f"digest {number}"
        twin.save()
        outcome = "complained" if number < reported else "delivered"
        Delivery.objects.create(
            invitation=twin, channel="email", address="x@example.org", status="sent", sent_at=sent_at, outcome=outcome
        )


def next_one(asks) -> Delivery:
    delivery = invite_directly(asks, rows.customer(), now=NOON).deliveries.get()
    send_delivery(delivery.pk, now=NOON)
    delivery.refresh_from_db()
    return delivery


def test_reports_are_counted_against_the_mails_of_seven_days(asks):
    mails(asks, 8, reported=2)
    Delivery.objects.filter(pk=Delivery.objects.first().pk).update(sent_at=NOON - 8 * DAY)
    found = count_complaints(now=NOON)
    assert (found.sent, found.reported) == (7, 2)


def test_a_mail_waits_while_too_many_were_reported(asks, mailoutbox):
    mails(asks, 10, reported=3)
    delivery = next_one(asks)
    assert (delivery.status, delivery.due_at) == ("queued", NOON + timedelta(hours=1))
    assert delivery.last_error == "Too many mails were reported as spam."
    assert mailoutbox == []


def test_it_leaves_once_the_reports_are_a_week_old(asks, mailoutbox):
    mails(asks, 10, reported=3)
    delivery = next_one(asks)
    cache.clear()
    send_delivery(delivery.pk, now=NOON + 7 * DAY)
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(("count", "reported", "limit"), [(10, 2, 0.2), (10, 3, 0), (10, 3, 50)])
def test_a_few_reports_stop_nobody(asks, mailoutbox, settings, count, reported, limit):
    settings.COMPLAINT_LIMIT_PERCENT = limit
    mails(asks, count, reported=reported)
    assert next_one(asks).status == "sent"
    assert len(mailoutbox) == 1


def test_a_test_to_oneself_goes_out_all_the_same(asks, mailoutbox):
    mails(asks, 10, reported=3)
    version = publish_survey(create_from_template("nps", locale="en").pk, actor=None, now=NOON)
    send_delivery(send_test(version, "me@example.org", now=NOON).deliveries.get().pk, now=NOON)
    assert len(mailoutbox) == 1
