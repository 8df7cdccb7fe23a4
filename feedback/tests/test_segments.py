from datetime import timedelta

import pytest
from django.utils import timezone

from feedback.analytics.filters import Filters
from feedback.analytics.selection import how_many, select_responses
from feedback.analytics.sums import Daily
from feedback.metrics import NPS
from feedback.models import CustomerProfile, DirtyBucket, Segment, SegmentMember, SegmentRollup
from feedback.services.profiles import forget_customer
from feedback.services.rollups import rebuild_waiting, recount_rollups, refresh_rollups
from feedback.services.segments import count_segment, delete_segment, mark_segment
from feedback.tasks import sweep_segments
from feedback.tests.programme import NOW, answer, days_ago, make_segment, make_touchpoint, make_version
from surveys.models import Customer, Source, TouchpointEvent
from vocplatform.lib.periods import Period

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
MONTH = Filters(Period(TODAY - timedelta(days=30), TODAY), segment="gold")


@pytest.fixture
def people() -> list[Customer]:
    plans = (("C-0", "gold", 5000), ("C-1", "gold", None), ("C-2", "basic", 100), ("C-3", None, 0))
    return [
        Customer.objects.create(
            external_id=number, attributes={"plan": plan} if plan else {}, annual_value=value, locale="en"
        )
        for number, plan, value in plans
    ]


def names(segment: Segment, now=NOW) -> list[str]:
    count_segment(segment.pk, now=now)
    return sorted(segment.members.values_list("customer__external_id", flat=True))


def happened(customer: Customer, slug: str, *days: float) -> None:
    source, _new = Source.objects.get_or_create(slug="till", defaults={"name": "Till"})
    place = make_touchpoint(slug) if not TouchpointEvent.objects.filter(touchpoint__slug=slug).exists() else None
    place = place or TouchpointEvent.objects.filter(touchpoint__slug=slug).first().touchpoint
    for day in days:
        TouchpointEvent.objects.create(
            source=source,
            event_id=f"{customer.pk}-{slug}-{day}",
            touchpoint=place,
            customer=customer,
            occurred_at=days_ago(day),
        )


@pytest.mark.parametrize(
    ("condition", "members"),
    [
        (("customer", "plan", "is", "gold"), ["C-0", "C-1"]),
        (("customer", "plan", "is_not", "gold"), ["C-2"]),
        (("customer", "plan", "absent", ""), ["C-3"]),
        (("customer", "annual_value", "at_least", "100"), ["C-0", "C-2"]),
        (("customer", "locale", "one_of", "en, de"), ["C-0", "C-1", "C-2", "C-3"]),
    ],
)
def test_customers_belong_by_what_is_known_of_them(people, condition, members):
    assert names(make_segment("some", condition)) == members


def test_all_conditions_must_hold(people):
    both = make_segment("both", ("customer", "plan", "is", "gold"), ("customer", "annual_value", "at_least", "1"))
    assert names(both) == ["C-0"]


def test_without_a_condition_nobody_belongs(people):
    assert names(make_segment("empty")) == []


@pytest.mark.parametrize(
    ("condition", "members"),
    [
        (("events", "parcel", "at_least", "2", 30), ["C-0"]),
        (("events", "parcel", "at_least", "2"), ["C-0", "C-1"]),
        (("events", "parcel", "is", "0", 30), ["C-2", "C-3"]),
        (("events", "", "at_least", "3"), ["C-0"]),
    ],
)
def test_customers_belong_by_how_often_they_came(people, condition, members):
    happened(people[0], "parcel", 1, 2)
    happened(people[0], "call", 3)
    happened(people[1], "parcel", 10, 40)
    assert names(make_segment("some", condition)) == members


@pytest.mark.parametrize(
    ("condition", "members"),
    [
        (("measured", "rfm", "is", "555"), ["C-0"]),
        (("measured", "health", "at_most", "40"), ["C-1"]),
        (("measured", "risk", "absent", ""), ["C-0", "C-2", "C-3"]),
        (("measured", "has_left", "is", "yes"), ["C-1"]),
    ],
)
def test_customers_belong_by_last_night_s_count(people, condition, members):
    CustomerProfile.objects.create(
        customer=people[0], recency=5, frequency=5, monetary=5, health=80, counted_at=NOW, risk=None
    )
    CustomerProfile.objects.create(
        customer=people[1], recency=1, frequency=1, health=12.5, risk=0.9, left_at=NOW, counted_at=NOW
    )
    assert names(make_segment("some", condition)) == members


def test_an_erased_customer_belongs_nowhere(people):
    gold = make_segment("gold", ("customer", "plan", "is", "gold"))
    Customer.objects.filter(pk=people[0].pk).update(erased_at=NOW)
    assert names(gold) == ["C-1"]


def test_a_segment_that_is_switched_off_has_no_members(people):
    gold = make_segment("gold", ("customer", "plan", "is", "gold"))
    assert len(names(gold)) == 2
    Segment.objects.update(is_active=False)
    assert names(gold) == []


def test_whoever_stays_keeps_the_day_of_joining(people):
    gold = make_segment("gold", ("customer", "plan", "is", "gold"))
    names(gold)
    Customer.objects.filter(pk=people[1].pk).update(attributes={})
    assert names(gold, now=NOW + timedelta(days=1)) == ["C-0"]
    assert gold.members.get().since == NOW


def test_saving_has_the_members_looked_up_at_once(people, after_commit):
    gold = make_segment("gold", ("customer", "plan", "is", "gold"))
    with after_commit():
        mark_segment(gold.pk)
    gold.refresh_from_db()
    assert gold.members_count == 2


def test_the_sweep_finds_what_was_not_counted_and_leaves_the_rest(people):
    fresh, stale = make_segment("fresh"), make_segment("stale", ("customer", "plan", "is", "gold"))
    Segment.objects.filter(pk=fresh.pk).update(counted_at=timezone.now() - timedelta(hours=1))
    before = Segment.objects.get(pk=fresh.pk).counted_at
    sweep_segments()
    assert stale.members.count() == 2
    assert Segment.objects.get(pk=fresh.pk).counted_at == before


def heard(customer, score: int, version, at=NOW):
    response = answer(version, at=at, customer=customer, recommend=score)
    refresh_rollups(response.pk, now=NOW)
    return response


def gold_n() -> tuple[int, int]:
    """The figure's n from the roll-ups, and the number of rows behind it."""
    return n_of(MONTH), select_responses(MONTH.narrowed(metric="nps")).count()


def n_of(filters: Filters) -> int:
    return NPS.measure(Daily.read(filters, filters.period).over("nps", filters.period).histogram).n


def test_a_figure_of_a_segment_counts_its_members_only(people):
    version = make_version()
    for person, score in zip([*people, None], (10, 9, 0, 0, 0), strict=True):
        heard(person, score, version)
    count_segment(make_segment("gold", ("customer", "plan", "is", "gold")).pk, now=NOW)
    rebuild_waiting()
    assert gold_n() == (2, 2)
    assert how_many(select_responses(MONTH), MONTH).n == 2


def test_an_answer_of_a_member_is_counted_like_any_other(people):
    count_segment(make_segment("gold", ("customer", "plan", "is", "gold")).pk, now=NOW)
    heard(people[0], 10, make_version())
    assert gold_n() == (1, 1)


def test_whoever_leaves_the_segment_takes_the_old_answers_along(people):
    gold, version = make_segment("gold", ("customer", "plan", "is", "gold")), make_version()
    count_segment(gold.pk, now=NOW)
    heard(people[0], 10, version, at=days_ago(20))
    heard(people[1], 10, version)
    Customer.objects.filter(pk=people[0].pk).update(attributes={"plan": "basic"})
    count_segment(gold.pk, now=NOW)
    rebuild_waiting()
    assert gold_n() == (1, 1)


def test_counting_again_without_a_change_marks_nothing(people):
    gold = make_segment("gold", ("customer", "plan", "is", "gold"))
    heard(people[0], 10, make_version())
    count_segment(gold.pk, now=NOW)
    rebuild_waiting()
    count_segment(gold.pk, now=NOW)
    assert not DirtyBucket.objects.exists()


def test_a_segment_s_figures_are_recounted_and_repaired_as_well(people):
    count_segment(make_segment("gold", ("customer", "plan", "is", "gold")).pk, now=NOW)
    heard(people[0], 10, make_version())
    SegmentRollup.objects.filter(kind="nps").update(bin_10=7, answers=7)
    assert recount_rollups(MONTH.period, now=NOW).wrong == 1
    assert gold_n() == (1, 1)


def test_figures_of_everybody_do_not_know_segments(people):
    for slug in ("gold", "again"):
        count_segment(make_segment(slug, ("customer", "plan", "is", "gold")).pk, now=NOW)
    heard(people[0], 10, make_version())
    assert n_of(MONTH.narrowed(segment="")) == 1


def test_deleting_a_segment_takes_its_figures_and_leaves_the_customers(people):
    gold = make_segment("gold", ("customer", "plan", "is", "gold"))
    count_segment(gold.pk, now=NOW)
    heard(people[0], 10, make_version())
    delete_segment(gold.pk)
    assert (SegmentRollup.objects.count(), SegmentMember.objects.count(), Customer.objects.count()) == (0, 0, 4)


def test_an_erased_customer_leaves_segments_profiles_and_their_figures(people):
    count_segment(make_segment("gold", ("customer", "plan", "is", "gold")).pk, now=NOW)
    heard(people[0], 10, make_version())
    CustomerProfile.objects.create(customer=people[0], counted_at=NOW)
    assert forget_customer(people[0].pk, now=NOW) == 2
    rebuild_waiting()
    assert (gold_n(), CustomerProfile.objects.count()) == ((0, 0), 0)
    assert forget_customer(people[0].pk, now=NOW) == 0
