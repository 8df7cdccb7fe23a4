from random import Random

import pytest
from django.db import connection

from feedback.models import Answer, Response
from loop.models import Case, Triage
from loop.reports.baseline import Doubt, Verdict
from loop.reports.effect import PAIRED_WITHIN, effect_report
from loop.services import cases
from loop.tests.rows import DAY, HOUR, NOON, case, customer, person, resolution, response, survey, touchpoint
from surveys.models import Customer

pytestmark = pytest.mark.django_db
START, END = NOON - DAY, NOON + DAY


@pytest.fixture
def ben():
    return person("ben")


def report(kind="nps"):
    return effect_report(start=START, end=END, kind=kind)


def contact(opened, ben, at=NOON + HOUR):
    return cases.record_contact(opened.pk, channel="phone", reached=True, actor=ben, now=at)


def confirm(opened, ben):
    contact(opened, ben)
    cases.resolve_case(opened.pk, **resolution(), actor=ben, now=NOON + HOUR)
    cases.confirm_case(opened.pk, note="yes", now=NOON + 2 * HOUR)


# The headline.
def test_the_headline_is_confirmed_of_all_unhappy_answers_also_of_those_never_contacted(ben):
    opened = [case(owner=ben, who=customer(f"C-{n}")) for n in range(4)]
    confirm(opened[0], ben)
    contact(opened[1], ben)
    headline = report().headline
    assert (headline.unhappy, headline.with_case, headline.contacted) == (4, 4, 2)
    assert (headline.resolved, headline.confirmed, headline.share) == (1, 1, 0.25)
    assert headline.share in headline.interval


def test_an_unhappy_answer_that_opened_no_case_counts_in_the_headline():
    response(nps=0, is_test=False)
    assert (report().headline.unhappy, report().headline.with_case) == (1, 0)


def test_happy_test_flagged_and_research_answers_are_not_in_the_headline():
    response(nps=7)
    response(nps=0, is_test=True)
    response(nps=0, is_flagged=True)
    response(nps=0, asked=survey("research", purpose="research"))
    assert report().headline.unhappy == 0


def test_without_unhappy_answers_there_is_no_share():
    assert (report().headline.share, report().headline.interval) == (None, None)


def test_an_answer_with_two_low_scores_is_one_answer():
    low = response(nps=0)
    Answer.objects.create(response=low, question_key="csat", kind="csat", number=1)
    assert report().headline.unhappy == 1


# Pairs.
def again(who, number, at=NOON + 40 * DAY, **fields):
    return response(nps=number, who=who, at=at, **fields)


def test_the_next_answer_of_the_same_customer_is_the_second_score(ben):
    opened = case(owner=ben)
    contact(opened, ben)
    again(opened.customer, 8)
    again(opened.customer, 0, at=NOON + 60 * DAY)
    effect = report()
    assert (effect.unhappy_customers, effect.paired) == (1, 1)
    assert (effect.comparison.contacted.n, effect.comparison.contacted.recovered) == (1, 1)


def test_a_second_score_of_zero_is_a_second_score(ben):
    opened = case(owner=ben)
    again(opened.customer, 0)
    assert (report().paired, report().comparison.untreated.mean_change) == (1, -5)


def test_contact_after_the_second_score_did_not_cause_it(ben):
    opened = case(owner=ben)
    again(opened.customer, 9)
    contact(opened, ben, at=NOON + 50 * DAY)
    assert (report().comparison.contacted.n, report().comparison.untreated.n) == (0, 1)


@pytest.mark.parametrize(
    "fields", [{"kind": "csat"}, {"is_test": True}, {"at": NOON + PAIRED_WITHIN + DAY}, {"is_flagged": True}]
)
def test_other_scales_tests_and_far_later_answers_make_no_pair(fields):
    ana = customer()
    response(nps=3, who=ana)
    again(ana, 5, **fields)
    assert report().paired == 0


def test_each_kind_of_score_has_its_own_pairs():
    ana = customer()
    response(nps=2, who=ana, kind="csat")
    again(ana, 5, kind="csat")
    assert (report("nps").paired, report("csat").paired) == (0, 1)


def test_few_pairs_say_that_they_cannot_tell(ben):
    opened = case(owner=ben)
    contact(opened, ben)
    again(opened.customer, 10)
    comparison = report().comparison
    assert (comparison.verdict, comparison.doubt, comparison.uplift) == (
        Verdict.CANNOT_TELL,
        Doubt.FEW_CONTACTED,
        None,
    )


def test_the_wait_for_contact_is_told_in_bands(ben):
    for n, wait in enumerate([HOUR, 2 * DAY, 10 * DAY]):
        opened = case(owner=ben, who=customer(f"C-{n}"))
        contact(opened, ben, at=NOON + wait)
        again(opened.customer, 9)
    again(case(owner=ben, who=customer("C-9")).customer, 3)
    assert [(band.n, band.recovered, band.is_never) for band in report().by_contact] == [
        (1, 1, False),
        (1, 1, False),
        (0, 0, False),
        (1, 1, False),
        (1, 0, True),
    ]


# Simulated truth, through the database.
def programme(seed: int, *, lift: float, customers: int = 400) -> None:
    """Customers who usually like us by 7 ± 2 answer twice with ± 2 luck; a random half of the unhappy is contacted."""
    random, asked, where = Random(seed), survey(), touchpoint()
    people = Customer.objects.bulk_create(Customer(external_id=f"S-{n}") for n in range(customers))

    def answers(of, numbers, at):
        rows = Response.objects.bulk_create(
            Response(
                survey=asked, version=asked.live_version, customer=who, touchpoint=where, started_at=at, submitted_at=at
            )
            for who in of
        )
        Answer.objects.bulk_create(
            Answer(response=row, question_key="nps", kind="nps", number=number)
            for row, number in zip(rows, numbers, strict=True)
        )
        return rows

    def score(liking):
        return round(min(10, max(0, random.gauss(liking, 2))))

    likings = [random.gauss(7, 2) for _ in people]
    firsts = [score(liking) for liking in likings]
    rows = answers(people, firsts, NOON)
    low = [position for position, number in enumerate(firsts) if number <= 6]
    treated = {position for position in low if random.random() < 0.5}
    opened = Case.objects.bulk_create(
        Case(customer=people[n], opened_at=NOON, contacted_at=NOON + HOUR if n in treated else None) for n in low
    )
    Triage.objects.bulk_create(
        Triage(response=rows[n], case=row, reason="low") for n, row in zip(low, opened, strict=True)
    )
    for position in treated:
        likings[position] += lift
    answers(people, [score(liking) for liking in likings], NOON + 60 * DAY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum would: PostgreSQL plans badly for tables it knows nothing of


def test_contact_that_does_nothing_is_not_praised_for_the_drift_back_to_the_mean():
    programme(8, lift=0)
    comparison = report().comparison
    assert comparison.contacted.share > 0.25  # what a dashboard without a baseline would call recovered
    assert comparison.expected_share == pytest.approx(comparison.contacted.share, abs=0.15)
    assert 0 in comparison.uplift_interval
    assert comparison.verdict is Verdict.CANNOT_TELL


def test_each_wait_for_contact_stands_beside_what_would_have_happened_without_it():
    programme(6, lift=3)
    quick, *later, never = report().by_contact
    assert quick.comparison.expected_share == pytest.approx(report().comparison.expected_share)
    assert quick.comparison.uplift == pytest.approx(quick.share - quick.comparison.expected_share)
    assert quick.comparison.uplift_interval.excludes_zero
    assert {band.comparison.doubt for band in later} == {Doubt.FEW_CONTACTED}
    assert (never.is_never, never.comparison) == (True, None)


def test_quick_contact_that_does_nothing_gets_no_credit_for_the_drift_back_to_the_mean():
    programme(8, lift=0)
    quick = report().by_contact[0]
    assert quick.share > 0.25
    assert 0 in quick.comparison.uplift_interval


def test_contact_that_lifts_what_customers_feel_is_found_and_measured():
    programme(6, lift=3)
    comparison = report().comparison
    assert comparison.verdict is Verdict.HELPED
    assert comparison.change_uplift == pytest.approx(3, abs=1)  # the scale ends at 10 and cuts a little off
