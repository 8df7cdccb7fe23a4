import pytest
from django.urls import reverse

from loop.models import Case, Outcome
from loop.reports.endings import outcome_report
from loop.services import cases
from loop.templatetags.effect_words import between
from loop.tests.rows import DAY, HOUR, NOON, case, customer, person, resolution, touchpoint
from loop.tests.staff import browser, staff
from vocplatform.lib.stats import wilson_interval

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben():
    return person("ben")


def ended(number: int, ben, name: str = "Put right") -> Case:
    opened = case(owner=ben, who=customer(f"C-{number}"), where=touchpoint(f"t-{number}"))
    cases.record_contact(opened.pk, channel="phone", reached=True, actor=ben, now=NOON)
    said = resolution() | {"outcome": Outcome.objects.get(name=name)}
    return cases.resolve_case(opened.pk, **said, actor=ben, now=NOON + HOUR)


def report():
    return outcome_report(Case.objects.all())


def test_each_outcome_has_its_share_of_all_that_ended_the_most_frequent_first(ben):
    ended(1, ben, "Customer is leaving")
    ended(2, ben)
    ended(3, ben)
    case(who=customer("C-4"), where=touchpoint("web"))
    told = [(line.outcome.name, line.share.count, line.share.n) for line in report().lines]
    assert told == [("Put right", 2, 3), ("Customer is leaving", 1, 3)]
    assert all(line.share.value in line.share.interval for line in report().lines)


def test_confirmed_and_reopened_show_whether_an_outcome_lasted(ben):
    first, second, _third = (ended(number, ben) for number in range(3))
    cases.confirm_case(first.pk, note="yes", now=NOON + DAY)
    cases.reopen_case(second.pk, note="no", now=NOON + DAY)
    (line,) = report().lines
    assert (line.confirmed.count, line.confirmed.n) == (1, 3)
    assert (line.reopened.count, line.reopened.n) == (1, 3)


def test_a_case_counts_for_the_outcome_that_was_named_last(ben):
    opened = ended(1, ben)
    cases.reopen_case(opened.pk, note="no", now=NOON + DAY)
    said = resolution() | {"outcome": Outcome.objects.get(name="Customer is leaving")}
    cases.resolve_case(opened.pk, **said, actor=ben, now=NOON + 2 * DAY)
    assert [line.outcome.name for line in report().lines] == ["Customer is leaving"]


def test_what_was_resolved_in_words_before_there_was_a_list_is_counted_apart(ben):
    Case.objects.filter(pk=ended(1, ben).pk).update(outcome=None, outcome_note="We sent it again.")
    assert (report().cases, report().only_words) == (0, 1)


def test_the_page_shows_every_outcome_with_n_and_interval(ben, time_machine):
    time_machine.move_to(NOON + 2 * HOUR)
    ended(1, ben)
    page = browser(staff("manager")).get(reverse("loop:effect_causes")).content.decode()
    assert "How it ended" in page and "Put right" in page
    assert page.count(between(wilson_interval(1, 1))) == 1  # once: nobody confirmed it, and it was not reopened
