from decimal import Decimal
from random import Random

import pytest

from loop.models import Case
from loop.reports.fairness import Seen, _lines, fairness_report, segments_of
from loop.reports.survival import Spell
from loop.tests.rows import DAY, HOUR, NOON
from surveys.models import Customer

pytestmark = pytest.mark.django_db


def cases_of(group: str, n: int, *, late: int, confirmed: int = 0, value: int | None = None) -> None:
    people = Customer.objects.bulk_create(
        Customer(external_id=f"{group}-{number}", attributes={"plan": group}, locale=group[:2], annual_value=value)
        for number in range(n)
    )
    Case.objects.bulk_create(
        Case(
            customer=who,
            code=f"{group}{number}",
            opened_at=NOON,
            contact_due_at=NOON + DAY,
            contacted_at=NOON + (2 * DAY if number < late else HOUR),
            status="confirmed" if number < confirmed else "contacted",
            confirmed_at=NOON if number < confirmed else None,
            cause=None,
        )
        for number, who in enumerate(people)
        if not confirmed
    )


def report(by: str = "attribute.plan"):
    return fairness_report(Case.objects.all(), by=by, now=NOON + 3 * DAY)


def test_a_group_that_waits_longer_is_named():
    cases_of("basic", 40, late=30)
    cases_of("gold", 40, late=2)
    behind, ahead = report().lines
    assert [line.name for line in report().behind] == ["basic"]
    assert behind.in_time.gap == pytest.approx(0.25 - 0.95)
    assert behind.median_minutes > ahead.median_minutes


def test_equal_treatment_names_nobody():
    cases_of("basic", 40, late=10)
    cases_of("gold", 40, late=11)
    assert report().behind == []


def test_small_groups_are_joined():
    cases_of("basic", 10, late=0)
    cases_of("gold", 3, late=0)
    cases_of("iron", 2, late=0)
    assert [(line.name, line.cases) for line in report().lines] == [("basic", 10), ("others", 5)]


def test_values_are_cut_in_thirds_and_unknown_values_stand_alone():
    for number, value in enumerate((10, 20, 30, 40, 50, 60)):
        cases_of(f"v{number}", 5, late=0, value=Decimal(value))
    cases_of("x", 5, late=0)
    assert [(line.name, line.cases) for line in report("value").lines] == [
        ("1 lowest third of value", 10),
        ("2 middle third", 10),
        ("3 highest third", 10),
        ("not known", 5),
    ]


def test_what_still_runs_counts_neither_way():
    for number in range(5):
        Case.objects.create(code=f"R{number}", opened_at=NOON, contact_due_at=NOON + 9 * DAY)
    (line,) = report("language").lines
    assert (line.in_time.n, line.median_minutes) == (0, None)


def test_cases_can_be_told_apart_by_value_language_and_their_attributes():
    cases_of("basic", 2, late=0)
    assert segments_of(Case.objects.all()) == ["value", "language", "attribute.plan"]


def test_a_fair_desk_is_rarely_accused():
    """Six groups treated alike: in 95 of 100 worlds none of them is called behind."""
    random, accused = Random(6), 0
    for _world in range(200):
        seen = [Seen(str(n % 6), random.random() < 0.7, random.random() < 0.3, Spell(1, True)) for n in range(240)]
        accused += any(line.in_time.is_behind or line.confirmed.is_behind for line in _lines(seen))
    assert accused / 200 <= 0.07
