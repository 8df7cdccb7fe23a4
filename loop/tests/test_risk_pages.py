import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from feedback.admin.segments import SegmentConditionForm
from feedback.models import ChurnDefinition, ChurnModel, CustomerProfile, HealthSnapshot, Segment
from feedback.services.profiles import count_profiles
from feedback.services.segments import count_segment
from feedback.tests.programme import answer, make_segment, make_touchpoint, make_version
from loop.tests.rows import case
from loop.tests.staff import browser, staff
from surveys.models import Customer, Source, TouchpointEvent

pytestmark = pytest.mark.django_db
RESULT = {
    "auc": [0.78, [0.71, 0.85]],
    "brier": 0.15,
    "base_brier": 0.2,
    "gain": [0.05, [0.03, 0.07]],
    "calibration": [[100, 0.1, 9, 0.09, [0.05, 0.16]], [100, 0.6, 20, 0.2, [0.13, 0.29]]],
    "health_auc": [0.7, [0.6, 0.8]],
    "top_hits": 30,
    "top": 50,
    "model": {},
}


def words(response) -> str:
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.fixture
def desk():
    return browser(staff("manager"))


def customer(number: str, **fields) -> Customer:
    return Customer.objects.create(external_id=number, name=f"Customer {number}", **fields)


def profile(who: Customer, **fields) -> CustomerProfile:
    now = timezone.now()
    return CustomerProfile.objects.create(customer=who, counted_at=now, last_event_at=now, **fields)


def model(is_useful: bool = True, reason: str = "", result: dict | None = None, **fields) -> ChurnModel:
    now = timezone.now()
    told = {"n": 400, "leavers": 80, "seed": 1, "definition": {"days_ahead": 90}} | fields
    return ChurnModel.objects.create(
        fitted_at=now,
        cutoff_at=now,
        is_useful=is_useful,
        reason=reason,
        result=RESULT if result is None else result,
        **told,
    )


FELL = [{"sign": "fell", "kind": "nps", "before": 9, "now": 4}, {"sign": "silent", "days": 80, "usual": 20}]


def test_reasons_stand_beside_each_customer(desk):
    profile(customer("C-1"), signs=FELL, signs_count=2)
    page = words(desk.get(reverse("loop:at_risk")))
    assert "NPS fell 9 → 4" in page
    assert "nothing for 80 days, usually every 20" in page


def test_a_risk_and_what_is_at_stake_are_shown_where_the_forecast_beats_the_base_rate(desk):
    model()
    profile(customer("C-1", annual_value=1000), risk=0.6, signs=FELL, signs_count=2)
    page = words(desk.get(reverse("loop:at_risk")))
    assert "beats the base rate" in page
    assert re.search(r"Customer C-1 60 % .* 1,000 600", page)
    assert "600 of yearly value at stake" in page


def test_precision_is_stated_for_as_many_as_staff_can_call(desk):
    model()
    assert re.search(r"Of the first 50 60 % \(95%: 46 % to 72 %, n = 50\)", words(desk.get(reverse("loop:at_risk"))))


def test_a_forecast_that_is_off_is_marked_in_its_calibration(desk):
    model()
    profile(customer("C-1"), risk=0.5)
    assert desk.get(reverse("loop:at_risk")).content.decode().count(">off<") == 1


@pytest.mark.parametrize(
    ("reason", "result", "says"),
    [
        ("not_better", RESULT, "does not beat the base rate"),
        ("few_events", {"needed": 60}, "A forecast needs 60 who left"),
    ],
)
def test_a_forecast_that_is_worth_nothing_shows_no_risk_and_says_why(desk, reason, result, says):
    model(is_useful=False, reason=reason, result=result)
    profile(customer("C-1", annual_value=1000), risk=0.6, signs=FELL, signs_count=2)
    page = words(desk.get(reverse("loop:at_risk")))
    assert says in page
    assert "Customer C-1 NPS fell" in page  # no risk in between


def test_the_list_can_be_narrowed_to_a_segment(desk):
    gold, tin = customer("C-1", attributes={"plan": "gold"}), customer("C-2")
    for who in (gold, tin):
        profile(who, signs=FELL, signs_count=2)
    count_segment(make_segment("gold", ("customer", "plan", "is", "gold")).pk, now=timezone.now())
    page = words(desk.get(reverse("loop:at_risk"), {"segment": "gold"}))
    assert "Customer C-1" in page
    assert "Customer C-2" not in page


def test_a_segment_that_does_not_exist_is_refused(desk):
    profile(customer("C-1"), signs=FELL, signs_count=2)
    answer = desk.get(reverse("loop:at_risk"), {"segment": "nobody"})
    assert answer.status_code == 400
    assert "Customer C-1" not in words(answer)


def test_most_value_first_when_asked_for(desk):
    model()
    for number, value, risk in (("C-1", 10, 0.9), ("C-2", 1000, 0.2), ("C-3", None, 0.5)):
        profile(customer(number, annual_value=value), risk=risk)
    page = words(desk.get(reverse("loop:at_risk"), {"order": "value"}))
    assert re.findall(r"Customer (C-\d)", page) == ["C-2", "C-1", "C-3"]


def test_with_nobody_at_risk_the_page_says_so(desk):
    assert "Nobody stands out" in words(desk.get(reverse("loop:at_risk")))


def test_the_list_costs_the_same_however_long_it_is(desk, django_assert_max_num_queries):
    profile(customer("C-1"), signs=FELL, signs_count=2)
    desk.get(reverse("loop:at_risk"))
    with django_assert_max_num_queries(40) as first:
        desk.get(reverse("loop:at_risk"))
    for number in range(2, 8):
        profile(customer(f"C-{number}"), signs=FELL, signs_count=2)
    with django_assert_max_num_queries(len(first)):
        desk.get(reverse("loop:at_risk"))


def test_an_open_case_is_marked_for_those_who_may_see_it(desk):
    row = case()
    profile(row.customer, signs=FELL, signs_count=2)
    assert re.search(r"usually every 20 – – open", words(desk.get(reverse("loop:at_risk"))))


def test_the_customer_page_shows_health_with_its_parts_and_the_signs(desk):
    who = customer("C-1")
    profile(who, health=40, health_parts={"score": 80, "recency": 0}, signs=FELL, signs_count=2)
    page = words(desk.get(reverse("loop:customer", args=[who.pk])))
    assert "health 40 of 100, target 70" in page
    assert "Scores 80 Time since the last event 0" in page
    assert "content in words, absent in deeds" in page
    assert "NPS fell 9 → 4" in page


@pytest.mark.parametrize(("tells", "marks"), [([0.7, [0.6, 0.8]], 1), ([0.55, [0.45, 0.65]], 0), (None, 0)])
def test_health_has_a_colour_only_where_it_tells_leavers_from_stayers(desk, tells, marks):
    model(result=RESULT | {"health_auc": tells})
    who = customer("C-1")
    profile(who, health=20, health_parts={"score": 20, "recency": 20})
    assert desk.get(reverse("loop:customer", args=[who.pk])).content.decode().count('class="mark mark-bad"') == marks


def test_the_customer_page_names_segments_and_past_months(desk):
    who = customer("C-1", attributes={"plan": "gold"})
    profile(who, health=50)
    now = timezone.now()
    for month, health in ((1, 90), (2, 50)):
        HealthSnapshot.objects.create(
            customer=who, month_on=now.date().replace(year=2025, month=month, day=1), health=health, counted_at=now
        )
    count_segment(make_segment("gold", ("customer", "plan", "is", "gold")).pk, now=now)
    page = words(desk.get(reverse("loop:customer", args=[who.pk])))
    assert "Gold" in page
    assert "Jan 25: 90 · Feb 25: 50" in page


def test_customers_of_one_month_are_followed_for_a_hundred_days(desk):
    now, shop = timezone.now(), make_touchpoint("Counter")
    ChurnDefinition.objects.create(pk=1, silence_days=30)
    source = Source.objects.create(slug="till", name="Till")
    version = make_version()
    for number, days in enumerate([(150, 130, 110, 90, 70, 45, 5), (150, 140), (150, 120, 100, 80, 60, 40, 20)]):
        who = customer(f"C-{number}")
        for day in days:
            TouchpointEvent.objects.create(
                source=source,
                event_id=f"{number}-{day}",
                touchpoint=shop,
                customer=who,
                occurred_at=now - timedelta(days=day),
            )
        answer(version, customer=who, at=now - timedelta(days=143), recommend=10)
    count_profiles(now=now)
    page = words(desk.get(reverse("loop:first_days")))
    assert "n = 3 customers who began" in page
    assert re.search(r"All 3 67 % \(95%: \d+ % to \d+ %, n = 3, few answers\)", page)
    assert re.search(r"\+100 \(95%: .*?n = 3", page)


def test_without_a_beginning_the_page_of_first_days_says_what_is_missing(desk):
    assert "Nobody began in the last twelve months" in words(desk.get(reverse("loop:first_days")))


def test_an_unknown_score_is_refused(desk):
    assert desk.get(reverse("loop:first_days"), {"show": "sentiment"}).status_code == 400


def test_the_page_of_segments_says_who_belongs_and_leads_to_their_figures(desk):
    customer("C-1", attributes={"plan": "gold"})
    gold = make_segment("gold", ("customer", "plan", "is", "gold"), is_persona=True, functional_needs="Be served fast.")
    count_segment(gold.pk, now=timezone.now())
    count_profiles(now=timezone.now())
    answer = desk.get(reverse("segments"))
    assert "plan is gold" in words(answer)
    assert "wants to: Be served fast." in words(answer)
    assert "/dashboard/?segment=gold" in answer.content.decode()


def test_a_segment_is_made_in_the_admin_and_its_members_are_looked_up(after_commit):
    user = staff("analyst")
    user.is_staff = True
    user.save()
    customer("C-1", attributes={"plan": "gold"})
    form = {
        "name": "Gold",
        "slug": "gold",
        "is_active": "on",
        "description": "",
        "functional_needs": "",
        "emotional_needs": "",
        "conditions-TOTAL_FORMS": 1,
        "conditions-INITIAL_FORMS": 0,
        "conditions-0-subject": "customer",
        "conditions-0-field": "plan",
        "conditions-0-operator": "is",
        "conditions-0-value": "gold",
        "conditions-0-within_days": "",
    }
    with after_commit():
        answer = browser(user).post(reverse("admin:feedback_segment_add"), form)
    assert answer.status_code == 302
    assert Segment.objects.get().members_count == 1


@pytest.mark.parametrize(
    ("subject", "field", "says"),
    [
        ("events", "nowhere", "There is no touchpoint with this short name."),
        ("measured", "mood", "Nothing of this name is measured."),
        ("customer", "", "Say which field."),
    ],
)
def test_a_condition_about_nothing_is_refused_in_the_field(subject, field, says):
    form = SegmentConditionForm({"subject": subject, "field": field, "operator": "is", "value": "1"})
    assert form.errors["field"] == [says]


def test_the_journey_page_shows_where_the_same_people_drop(desk):
    first, second, version = make_touchpoint("Counter", position=1), make_touchpoint("Call", position=2), make_version()
    now = timezone.now()
    for number in range(6):
        who = customer(f"C-{number}")
        answer(version, customer=who, touchpoint=first, at=now - timedelta(days=5), recommend=10)
        answer(version, customer=who, touchpoint=second, at=now - timedelta(days=2), recommend=2 if number < 3 else 10)
    page = words(desk.get(reverse("journey_map")))
    assert "6 people, 6 steps" in page
    assert re.search(r"Counter Call 50 % \(95%: 19 % to 81 %, n = 6, few answers\)", page)
    assert "Where scores dropped for the first time: Call 100 %" in page


def test_the_customer_page_says_where_the_scores_dropped_first(desk):
    first, second, version = make_touchpoint("Counter", position=1), make_touchpoint("Call", position=2), make_version()
    who, now = customer("C-1"), timezone.now()
    profile(who)
    for place, days, score in ((first, 9, 9), (second, 6, 8), (first, 4, 2), (second, 2, 1)):
        answer(version, customer=who, touchpoint=place, at=now - timedelta(days=days), recommend=score, easy=7)
    page = words(desk.get(reverse("loop:customer", args=[who.pk])))
    assert re.search(r"First drop at Counter, .*: from 80 to 20 of 100", page)


def test_a_reason_of_the_forecast_is_put_in_words(desk):
    model()
    because = [{"fact": "silence", "side": "high"}, {"fact": "score", "side": "low"}]
    profile(customer("C-1"), risk=0.7, signs=[{"sign": "model", "because": because}])
    page = words(desk.get(reverse("loop:at_risk")))
    assert "by the forecast: silent for longer than usual, low last score" in page


def test_whose_risk_is_below_the_base_rate_is_not_listed(desk):
    model(n=400, leavers=80)
    for number, risk in (("C-1", 0.21), ("C-2", 0.19)):
        profile(customer(number), risk=risk)
    assert re.findall(r"Customer (C-\d)", words(desk.get(reverse("loop:at_risk")))) == ["C-1"]


def test_the_page_of_segments_costs_the_same_however_many_there_are(desk, django_assert_max_num_queries):
    make_segment("gold", ("customer", "plan", "is", "gold"))
    desk.get(reverse("segments"))
    with django_assert_max_num_queries(40) as first:
        desk.get(reverse("segments"))
    for number in range(5):
        make_segment(f"more-{number}", ("customer", "plan", "is", "gold"))
    with django_assert_max_num_queries(len(first)):
        desk.get(reverse("segments"))


def test_without_a_segment_the_page_says_what_one_is_for(desk):
    assert "No segment yet" in words(desk.get(reverse("segments")))


def test_leaving_has_one_meaning_and_an_event_of_leaving_a_touchpoint():
    with pytest.raises(IntegrityError), transaction.atomic():
        ChurnDefinition.objects.create(pk=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChurnDefinition.objects.create(pk=1, kind="event")


def test_the_meaning_of_leaving_is_changed_in_the_admin_and_refused_in_the_field():
    user = staff("analyst")
    user.is_staff = True
    user.save()
    ChurnDefinition.objects.create(pk=1)
    page = reverse("admin:feedback_churndefinition_change", args=[1])
    form = {
        "kind": "event",
        "silence_days": 90,
        "touchpoint": "",
        "horizon_days": 90,
        "capacity": 5,
        "health_target": 70,
    }
    assert "Name the touchpoint whose event says" in words(browser(user).post(page, form))
    assert browser(user).post(page, form | {"kind": "silence", "silence_days": 45}).status_code == 302
    assert ChurnDefinition.objects.get().silence_days == 45
