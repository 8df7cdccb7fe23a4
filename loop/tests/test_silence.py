import pytest

from loop.models import Case, Notice
from loop.services.defaults import ensure_loop_defaults
from loop.services.silence import open_silence_cases
from loop.tests.rows import DAY, NOON, case, customer, manager, response, touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _what_matters(settings):
    settings.KEY_CUSTOMER_VALUE, settings.SILENCE_DAYS = 10_000, 90
    ensure_loop_defaults(now=NOON)


def answered(days_ago: int, *, worth: int | None = 20_000):
    who = customer(annual_value=worth)
    response(nps=9, who=who, where=touchpoint(), at=NOON - days_ago * DAY)
    return who


def test_a_key_customer_who_fell_silent_gets_one_case_with_its_reason():
    mia, who = manager(), answered(91)
    assert open_silence_cases(now=NOON) == 1
    opened = Case.objects.get()
    assert opened.customer == who and opened.next_due_at is not None
    assert "91 days" in opened.history.get().note
    assert Notice.objects.get().recipient == mia


def test_the_same_silence_is_reported_once_even_after_its_case_has_ended():
    answered(91)
    open_silence_cases(now=NOON)
    Case.objects.update(status="declined", closed_at=NOON)
    assert open_silence_cases(now=NOON + DAY) == 0


def test_a_new_silence_after_a_sign_of_life_is_another_case():
    who = answered(91)
    open_silence_cases(now=NOON)
    Case.objects.update(status="declined", closed_at=NOON)
    response(nps=9, who=who, where=touchpoint(), at=NOON + DAY)
    assert open_silence_cases(now=NOON + 90 * DAY) == 0
    assert open_silence_cases(now=NOON + 92 * DAY) == 1


@pytest.mark.parametrize(("days_ago", "worth"), [(89, 20_000), (91, 9_999), (91, None)])
def test_who_spoke_lately_or_is_worth_less_opens_no_case(days_ago, worth):
    answered(days_ago, worth=worth)
    assert open_silence_cases(now=NOON) == 0


def test_a_customer_who_was_never_heard_of_is_not_silent():
    customer(annual_value=20_000)
    assert open_silence_cases(now=NOON) == 0


def test_a_customer_with_an_open_case_is_spoken_to_already():
    opened = case(now=NOON - 100 * DAY)
    opened.customer.annual_value = 20_000
    opened.customer.save()
    assert open_silence_cases(now=NOON) == 0


def test_without_a_value_it_is_off(settings):
    settings.KEY_CUSTOMER_VALUE = 0
    answered(91)
    assert open_silence_cases(now=NOON) == 0
