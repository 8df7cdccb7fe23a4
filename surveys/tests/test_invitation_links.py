from datetime import timedelta

import pytest

from surveys.models import Delivery, Invitation
from surveys.services.invitations import (
    LinkLost,
    LinkUsed,
    NotInvited,
    expire_invitations,
    find_invitation,
    invite_directly,
    issue_invitation,
    survey_link,
    take_invitation,
    withdraw_invitation,
)
from surveys.tests import rows
from surveys.tests.rows import NOON
from surveys.triggers.occasion import Way

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def invitation():
    return issue_invitation(rows.survey().live_version, Way("email", "ana@example.org"), due_at=NOON)


def token_of(invitation) -> str:
    return survey_link(invitation).rstrip("/").rpartition("/")[2]


def test_the_link_leads_back_to_its_invitation(invitation):
    assert find_invitation(token_of(invitation)) == invitation


def test_the_link_stands_on_the_configured_address(invitation, settings):
    settings.PUBLIC_URL = "https://voice.example"
    assert survey_link(invitation).startswith("https://voice.example/s/")


def test_the_database_holds_nothing_that_opens_the_survey(invitation):
    row = Invitation.objects.filter(pk=invitation.pk).values().get()
    assert token_of(invitation) not in map(str, row.values())
    assert find_invitation(row["token_nonce"]) is None
    assert find_invitation(row["token_digest"]) is None


def test_a_reminder_finds_the_same_link_again(invitation):
    assert survey_link(invitation) == survey_link(Invitation.objects.get(pk=invitation.pk))


def test_a_new_key_kills_no_link_that_is_under_way(invitation, settings):
    before = survey_link(invitation)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", [settings.SECRET_KEY]
    assert survey_link(invitation) == before
    assert find_invitation(token_of(invitation)) == invitation


def test_a_key_that_was_thrown_away_loses_the_link_but_not_the_way_in(invitation, settings):
    token = token_of(invitation)
    settings.SECRET_KEY = "new"
    with pytest.raises(LinkLost):
        survey_link(invitation)
    assert find_invitation(token) == invitation


@pytest.mark.parametrize("sign", [".", ")", ",", ">"])
def test_one_sign_that_a_mail_program_added_is_forgiven(invitation, sign):
    assert find_invitation(token_of(invitation) + sign) == invitation
    assert find_invitation(token_of(invitation) + sign * 2) is None


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: t[:-1] + "!", lambda t: t.swapcase(), lambda t: "", lambda t: t * 400]
)
def test_a_changed_link_is_nobodys(invitation, change):
    assert find_invitation(change(token_of(invitation))) is None


def test_a_link_is_used_up_by_one_of_two(invitation):
    take_invitation(invitation.pk, now=NOON)
    with pytest.raises(LinkUsed):
        take_invitation(invitation.pk, now=NOON)


def test_a_link_is_refused_after_its_end_with_five_minutes_of_grace(invitation):
    end = invitation.expires_at
    with pytest.raises(LinkUsed):
        take_invitation(invitation.pk, now=end + 6 * MINUTE)
    take_invitation(invitation.pk, now=end + 4 * MINUTE)


def test_an_answer_begun_in_time_may_be_finished_within_a_day_of_the_end(invitation):
    expire_invitations(now=invitation.expires_at + DAY / 2)
    take_invitation(invitation.pk, now=invitation.expires_at + DAY / 2, started=True)
    assert Invitation.objects.get().status == Invitation.Status.ANSWERED


def test_a_withdrawn_link_cannot_be_used_even_when_the_answer_was_begun(invitation):
    withdraw_invitation(invitation.pk, reason="The order was cancelled.", now=NOON)
    with pytest.raises(LinkUsed):
        take_invitation(invitation.pk, now=NOON, started=True)


def test_withdrawing_stops_what_has_not_left_and_says_why(invitation):
    withdraw_invitation(invitation.pk, reason="The order was cancelled.", now=NOON)
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.last_error) == ("dropped", "The order was cancelled.")


def test_an_answered_invitation_is_not_withdrawn(invitation):
    take_invitation(invitation.pk, now=NOON)
    assert withdraw_invitation(invitation.pk, reason="Too late.", now=NOON) is False


def test_only_links_past_their_end_expire(invitation):
    assert expire_invitations(now=invitation.expires_at - MINUTE) == 0
    assert expire_invitations(now=invitation.expires_at + 6 * MINUTE) == 1


def test_the_link_lives_as_long_as_the_survey_says():
    lasting = rows.survey(link_valid_days=14)
    invitation = issue_invitation(lasting.live_version, Way("email", "a@example.org"), due_at=NOON)
    assert invitation.expires_at == NOON + 14 * DAY


def test_a_direct_ask_goes_by_the_first_channel_that_reaches_the_customer():
    who = rows.customer(email="", phone="+4915112345678")
    who.consents.create(channel="sms", status="granted")
    invitation = invite_directly(rows.survey(), who, now=NOON)
    assert (invitation.channel, invitation.deliveries.get().address) == ("sms", "+4915112345678")


def test_a_direct_ask_may_wait_for_its_day():
    invitation = invite_directly(rows.survey(), rows.customer(), now=NOON, due_at=NOON + 30 * DAY)
    assert invitation.deliveries.get().due_at == NOON + 30 * DAY


def test_a_direct_ask_respects_the_opt_out_and_says_so():
    who = rows.customer()
    who.consents.create(channel="email", status="withdrawn")
    with pytest.raises(NotInvited, match="said no"):
        invite_directly(rows.survey(), who, now=NOON)
    assert not Invitation.objects.exists()
