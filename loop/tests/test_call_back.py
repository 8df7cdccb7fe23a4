import re
from datetime import timedelta

import pytest
from django.conf import settings as live
from django.utils import timezone

from feedback.models import Response
from loop.models import CallRequest, Case, Notice
from loop.services.call_backs import ask_for_call, windows
from loop.services.defaults import ensure_loop_defaults
from loop.services.erasure import erase_customer
from loop.services.history import NotAllowed
from loop.services.intake import triage_response
from loop.tests.rows import DAY, HOUR, NOON, case, customer, manager, response, touchpoint
from surveys.services.addresses import BadAddress
from surveys.services.invitations import invite_directly, survey_link
from surveys.tests import rows

pytestmark = pytest.mark.django_db
WORDING = "You may call me."


@pytest.fixture(autouse=True)
def _hours(settings):
    settings.CALL_BACK_HOURS = "09:00-17:00"


def ask(row: Response, *, phone="+49 30 901820", now=NOON, place=0) -> CallRequest:
    return ask_for_call(row.pk, window=windows(now)[place], phone=phone, wording=WORDING, now=now)


def happy(**fields) -> Response:
    return response(**{"nps": 10, "who": customer(), "where": touchpoint()} | fields)


def test_windows_of_two_hours_are_offered_on_working_days_with_an_hours_notice():
    friday = NOON - 3 * DAY
    begun = [begins for begins, _ends in windows(friday)]
    assert begun[0] == friday + HOUR and {day.weekday() for day in begun} == {4, 0, 1}
    assert all(ends - begins == 2 * HOUR for begins, ends in windows(friday))


def test_nothing_is_offered_without_the_setting(settings):
    settings.CALL_BACK_HOURS = ""
    assert windows(NOON) == []


def test_a_wish_to_be_called_opens_a_case_that_is_due_within_the_window():
    ensure_loop_defaults(now=NOON)
    mia = manager()
    wish = ask(happy())
    assert (wish.phone, wish.wording) == ("+4930901820", WORDING)
    assert wish.case.contact_due_at == wish.wanted_until and wish.case.next_due_at <= wish.wanted_until
    assert Notice.objects.filter(kind="callback", recipient=mia, case=wish.case).count() == 1


def test_a_wish_joins_the_case_that_is_there():
    opened = case()
    wish = ask(opened.response)
    opened.refresh_from_db()
    assert (wish.case, opened.contact_due_at) == (opened, wish.wanted_until)


def test_triage_that_comes_later_joins_the_case_of_the_call():
    ensure_loop_defaults(now=NOON)
    row = happy(nps=2)
    wish = ask(row)
    assert triage_response(row.pk, now=NOON + HOUR).case == wish.case
    assert Case.objects.count() == 1


def test_asked_again_the_newer_window_counts():
    row = happy()
    ask(row)
    ask(row, place=2)
    assert CallRequest.objects.get().wanted_from == windows(NOON)[2][0] and Case.objects.count() == 1


@pytest.mark.parametrize(("phone", "problem"), [("12", BadAddress), ("", NotAllowed)])
def test_without_a_number_that_can_be_called_nothing_is_kept(phone, problem):
    with pytest.raises(problem):
        ask(happy(), phone=phone)
    assert not Case.objects.exists()


def test_the_number_is_gone_when_the_customer_is_erased():
    wish = ask(happy())
    erase_customer(wish.case.customer_id)
    wish.refresh_from_db()
    assert wish.phone == ""


@pytest.fixture
def thanks(client):
    """The path of an answered link's thanks page."""
    survey = rows.survey("delivery-nps")
    invitation = invite_directly(survey, customer(), touchpoint=touchpoint(), now=timezone.now())
    path = survey_link(invitation).removeprefix(live.PUBLIC_URL)
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', client.get(path).content.decode()))
    name = re.search(r'type="radio" name="([^"]+)"', client.get(path).content.decode())[1]
    answer = client.post(path, form | {name: "9", "go": "next"})
    assert answer.status_code == 303, answer.content.decode()
    return f"{path}thanks/"


def test_the_thanks_page_leads_to_the_form_and_the_form_to_a_case(client, thanks):
    page = client.get(thanks).content.decode()
    path = thanks.replace("thanks/", "call/")
    assert path in page
    begins = windows(timezone.now())[-1][0]
    answer = client.post(path, {"window": begins.isoformat(), "phone": "+49 30 901820", "agreed": "yes"})
    assert answer.status_code == 200 and CallRequest.objects.get().wanted_from == begins
    assert timezone.now() - CallRequest.objects.get().created_at < timedelta(minutes=5)


def test_each_field_says_what_is_missing_and_nothing_is_kept(client, thanks):
    path = thanks.replace("thanks/", "call/")
    page = client.post(path, {"phone": "+49 30 901820"}).content.decode()
    assert "Choose one of the times." in page and "only if you agree" in page and 'value="+49 30 901820"' in page
    window = windows(timezone.now())[-1][0].isoformat()
    assert "phone number" in client.post(path, {"window": window, "phone": "1", "agreed": "yes"}).content.decode()
    assert not CallRequest.objects.exists()


def test_a_link_that_is_none_leads_to_no_form(client):
    assert client.get("/s/none/call/").status_code == 404
