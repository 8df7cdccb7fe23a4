import pytest

from surveys.models import Consent, Suppression
from surveys.services.addresses import address_digest, is_suppressed, lift_suppression, suppress
from surveys.services.consent import latest_consents, opt_out, record_consent, take_back_opt_out
from surveys.tests import rows
from surveys.tests.rows import NOON

pytestmark = pytest.mark.django_db
MAIL = "ana@example.org"


def test_an_opt_out_holds_at_once_and_is_part_of_the_history():
    ana = rows.customer()
    opt_out("email", MAIL, now=NOON, source="unsubscribe link")
    assert is_suppressed("email", MAIL)
    assert [(row.status, row.source) for row in ana.consents.all()] == [("withdrawn", "unsubscribe link")]


def test_opting_out_twice_is_opting_out_once():
    ana = rows.customer()
    for _again in range(2):
        opt_out("email", MAIL, now=NOON, source="unsubscribe link")
    assert (Suppression.objects.count(), ana.consents.count()) == (1, 1)


def test_an_opt_out_of_one_channel_leaves_the_other():
    rows.customer(phone="+4915112345678")
    opt_out("email", MAIL, now=NOON, source="reply")
    assert not is_suppressed("sms", "+4915112345678")


def test_an_opt_out_everywhere_takes_every_address_along():
    ana = rows.customer(phone="+4915112345678")
    opt_out("sms", "+4915112345678", now=NOON, source="STOP", everywhere=True)
    assert is_suppressed("email", MAIL)
    assert latest_consents(ana.pk) == {"email": "withdrawn", "sms": "withdrawn"}


def test_an_address_that_nobody_holds_can_opt_out_too():
    opt_out("email", "stranger@example.org", now=NOON, source="unsubscribe link")
    assert is_suppressed("email", "stranger@example.org")


def test_the_newest_statement_counts_and_the_older_ones_stay():
    ana = rows.customer()
    record_consent(ana, "email", Consent.Status.GRANTED, now=NOON, wording="You may ask me.")
    record_consent(ana, "email", Consent.Status.WITHDRAWN, now=NOON)
    assert latest_consents(ana.pk) == {"email": "withdrawn"}
    assert ana.consents.count() == 2


def test_a_yes_in_an_import_does_not_lift_an_opt_out():
    ana = rows.customer()
    opt_out("email", MAIL, now=NOON, source="unsubscribe link")
    record_consent(ana, "email", Consent.Status.GRANTED, now=NOON, source="import")
    assert is_suppressed("email", MAIL)


def test_the_customer_may_take_the_opt_out_back_on_the_same_page():
    ana = rows.customer()
    opt_out("email", MAIL, now=NOON, source="unsubscribe link")
    assert take_back_opt_out("email", MAIL, now=NOON, source="undo")
    assert not is_suppressed("email", MAIL)
    assert latest_consents(ana.pk) == {"email": "granted"}


@pytest.mark.parametrize("reason", ["bounce", "complaint", "erased", "manual"])
def test_other_reasons_are_not_the_customers_to_lift(reason):
    suppress("email", address_digest("email", MAIL), reason=reason, now=NOON)
    assert not take_back_opt_out("email", MAIL, now=NOON, source="undo")
    assert is_suppressed("email", MAIL)


def test_lifting_keeps_the_row_with_its_reason_and_a_new_one_can_follow():
    digest = address_digest("email", MAIL)
    first = suppress("email", digest, reason="manual", now=NOON)
    lift_suppression(first.pk, note="He called us.", now=NOON)
    assert not is_suppressed("email", MAIL)
    assert suppress("email", digest, reason="opt_out", now=NOON) != first
