"""Which case comes next when value, risk, uplift and time decide, and what may never be traded away."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.utils import timezone

from loop.models import Case, Deed, Severity
from loop.reports.worth import Leaving, Worth, by_worth, measure_worth
from loop.tests.rows import DAY, HOUR, NOON, case, customer, touchpoint
from loop.tests.staff import browser, staff
from surveys.models import Customer
from surveys.tests import rows

pytestmark = pytest.mark.django_db
EQUAL = Worth(None, None, None)


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.delete("loop.worth")


def worth_of(*values: int | None) -> list[Case]:
    people = [customer(f"W-{number}", annual_value=value and Decimal(value)) for number, value in enumerate(values)]
    return [case(who=who) for who in people]


def order(worth: Worth, soon=NOON) -> list[int]:
    return list(by_worth(Case.objects.all(), worth, soon=soon).values_list("pk", flat=True))


def old_cases(gone: int, back: int, severity=Severity.NORMAL, start: int = 0) -> None:
    """Cases of half a year ago, of whose customers some came back within 90 days."""
    at = NOON - 180 * DAY
    people = Customer.objects.bulk_create(Customer(external_id=f"{severity}-{n}") for n in range(gone + back))
    Case.objects.bulk_create(
        Case(customer=who, code=f"{severity}-{n}"[:16], opened_at=at, severity=severity, status="declined")
        for n, who in enumerate(people)
    )
    for number, who in enumerate(people[gone:]):
        rows.event(touchpoint(), who, f"{severity}-{number}", occurred_at=at + 30 * DAY)


# The order.
def test_more_value_comes_first_and_unknown_value_last():
    small, unknown, large = worth_of(100, None, 900)
    assert order(EQUAL) == [large.pk, small.pk, unknown.pk]


def test_risk_and_time_change_the_order():
    large, risky = worth_of(900, 800)
    Case.objects.filter(pk=risky.pk).update(severity=Severity.CRITICAL)
    leaving = dict.fromkeys(Severity.values, Leaving(50, 0.2)) | {Severity.CRITICAL: Leaving(50, 0.6)}
    assert order(Worth(leaving, None, None)) == [risky.pk, large.pk]
    minutes = dict.fromkeys(Severity.values, 10.0) | {Severity.CRITICAL: 60.0}
    assert order(Worth(leaving, minutes, None)) == [large.pk, risky.pk]


def test_a_promise_that_runs_out_is_kept_before_anything_is_gained():
    late, large = worth_of(1, 1_000_000)
    Case.objects.filter(pk=late.pk).update(next_due_at=NOON + HOUR)
    assert order(EQUAL, soon=NOON + 2 * HOUR) == [late.pk, large.pk]


# The factors.
def test_with_little_history_nothing_is_measured_and_that_is_said():
    worth = measure_worth(now=NOON)
    assert (worth.leaving, worth.minutes, worth.uplift) == (None, None, None)
    assert len(worth.missing) == 3


def test_who_leaves_is_measured_by_severity_and_drawn_towards_all():
    old_cases(gone=40, back=40)
    old_cases(gone=2, back=0, severity=Severity.CRITICAL)
    leaving = measure_worth(now=NOON).leaving
    assert leaving[Severity.NORMAL].share == pytest.approx(0.5, abs=0.02)
    assert 0.5 < leaving[Severity.CRITICAL].share < 0.6
    assert leaving[Severity.LOW].n == 0


def test_activity_after_ninety_days_is_no_coming_back():
    old_cases(gone=30, back=0)
    rows.event(touchpoint(), Customer.objects.first(), "late", occurred_at=NOON - 80 * DAY)
    assert measure_worth(now=NOON).leaving[Severity.NORMAL].share == 1


def test_minutes_are_of_whole_cases():
    for row in Case.objects.bulk_create(Case(code=f"M{number}", opened_at=NOON) for number in range(20)):
        Deed.objects.bulk_create([Deed(case=row, kind="call", minutes=10), Deed(case=row, kind="remedy", minutes=20)])
    assert set(measure_worth(now=timezone.now()).minutes.values()) == {30}


def test_the_reason_names_every_factor():
    (opened,) = worth_of(2400)
    leaving = dict.fromkeys(Severity.values, Leaving(84, 0.31))
    said = Worth(leaving, dict.fromkeys(Severity.values, 35.0), 0.08).reason(opened)
    assert said == "2,400 a year × 31\u202f% leave (n = 84) × contact wins back 8 points ÷ 35 min"


# The inbox.
@pytest.fixture
def desk():
    return browser(staff("manager"))


def test_the_inbox_can_be_ordered_by_worth_with_the_reason_on_each_row(desk):
    now = timezone.now()
    for number, value in ((1, 100), (2, 900)):
        case(who=customer(f"C-{number}", annual_value=Decimal(value)), now=now - timedelta(minutes=5))
    shown = desk.get("/inbox/?view=all&order=worth").content.decode()
    assert shown.index("900 a year") < shown.index("100 a year")
    assert "What contact changes is not measured yet" in shown


def test_without_the_order_no_reason_is_shown(desk):
    case(who=customer("C-1", annual_value=Decimal(100)), now=timezone.now())
    assert "a year" not in desk.get("/inbox/?view=all").content.decode()


def test_ended_cases_keep_their_own_order(desk):
    assert "what an hour brings most" not in desk.get("/inbox/?view=all&status=any&order=worth").content.decode()
