"""A rule that waits for a date of the customer: whom it calls, when, and how often."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from surveys.models import Customer, Decision, Delivery, Invitation, Source, TouchpointEvent, TriggerCondition
from surveys.services.dates import call_by_dates, calls_between, dates_in_words, note_dates, what_is_no_date
from surveys.services.deliveries import send_delivery
from surveys.services.erasure import erase_customer
from surveys.services.events import process_event
from surveys.services.simulation import simulate_rule
from surveys.tests import rows
from surveys.tests.designer import client_of, staff
from surveys.tests.test_designer_rules import form_data
from surveys.triggers.dates import called_at, read_day

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MORNING = datetime(2026, 7, 1, 9, tzinfo=UTC)
IN_30_DAYS = "2026-07-31"


@pytest.fixture
def place():
    return rows.touchpoint("renewal")


@pytest.fixture
def rule(place):
    return rows.rule(place, rows.survey(), date_field="renewal_on", days_before=30)


def renews(said: object = IN_30_DAYS, number: str = "C-1", **fields) -> Customer:
    attributes = {"renewal_on": said}
    return rows.customer(number, f"{number.lower()}@example.org", attributes=attributes, **fields)


def decide_all(*, now: datetime) -> list[str]:
    for pk in TouchpointEvent.objects.filter(handled_at=None).values_list("pk", flat=True):
        process_event(pk, now=now)
    return list(Decision.objects.order_by("pk").values_list("reason", flat=True))


def test_thirty_days_before_the_date_an_event_is_made_and_the_customer_is_asked(rule, place):
    ana = renews()
    assert call_by_dates(now=MORNING) == 1
    event = TouchpointEvent.objects.get()
    assert (event.customer, event.touchpoint, event.called_by) == (ana, place, rule)
    assert (event.occurred_at, event.due_on) == (MORNING, date(2026, 7, 31))
    assert event.attributes == {"renewal_on": IN_30_DAYS}
    assert decide_all(now=MORNING) == ["asked"]
    assert Invitation.objects.get().rule == rule


def test_before_its_morning_nobody_is_called(rule):
    renews()
    assert call_by_dates(now=MORNING - timedelta(seconds=1)) == 0


def test_the_same_date_calls_once_however_often_the_sweep_comes(rule):
    renews()
    assert [call_by_dates(now=MORNING + n * HOUR) for n in range(3)] == [1, 0, 0]


def test_the_database_keeps_a_second_event_of_the_same_date_out(rule):
    renews()
    call_by_dates(now=MORNING)
    twin = TouchpointEvent.objects.get()
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_an_event_of_a_rule_without_its_day_is_refused_by_the_database(rule, place):
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.event(place, renews(), called_by=rule)


def test_two_rules_call_one_by_one_and_neither_decides_for_the_other(rule, place):
    renews()
    week = rows.rule(place, rule.survey, date_field="renewal_on", days_before=7, name="a week before")
    call_by_dates(now=MORNING)
    assert decide_all(now=MORNING) == ["asked"]
    call_by_dates(now=MORNING + 23 * DAY)
    decide_all(now=MORNING + 23 * DAY)
    assert list(Decision.objects.order_by("pk").values_list("rule", flat=True)) == [rule.pk, week.pk]


def test_a_rule_by_date_has_nothing_to_say_about_what_happens_and_a_plain_one_nothing_about_dates(rule, place):
    plain = rows.rule(place, rule.survey, name="plain")
    ana = renews()
    rows.event(place, ana)
    call_by_dates(now=MORNING)
    decide_all(now=MORNING)
    deciding = {(row.event.due_on is None, row.rule) for row in Decision.objects.all()}
    assert deciding == {(True, plain), (False, rule)}


def test_an_event_whose_rule_is_gone_is_decided_by_nobody(rule, place):
    renews()
    call_by_dates(now=MORNING)
    rule.delete()
    rows.rule(place, rows.survey("other"), name="plain")
    assert decide_all(now=MORNING) == []
    assert TouchpointEvent.objects.get().handled_at == MORNING


def test_whom_the_sweep_missed_is_called_as_long_as_it_is_not_too_late(rule):
    renews()
    assert call_by_dates(now=MORNING + 72 * HOUR) == 0
    assert call_by_dates(now=MORNING + 71 * HOUR) == 1


def test_a_date_that_changed_calls_again_and_one_that_moved_away_in_time_never_does(rule):
    ana = renews()
    ben = renews("2026-08-01", "C-2")
    call_by_dates(now=MORNING)
    Customer.objects.filter(pk__in=[ana.pk, ben.pk]).update(attributes={"renewal_on": "2026-09-30"})
    assert call_by_dates(now=MORNING + DAY) == 0
    assert call_by_dates(now=MORNING + 61 * DAY) == 2
    days = TouchpointEvent.objects.filter(customer=ana).order_by("due_on").values_list("due_on", flat=True)
    assert list(days) == [date(2026, 7, 31), date(2026, 9, 30)]


def test_a_date_that_changes_between_event_and_decision_asks_nobody(rule):
    ana = renews()
    call_by_dates(now=MORNING)
    Customer.objects.filter(pk=ana.pk).update(attributes={"renewal_on": "2027-07-31"})
    assert decide_all(now=MORNING) == ["date"]
    assert "no longer 2026-07-31" in Decision.objects.get().sentence


def test_a_letter_that_waits_is_dropped_when_the_date_changes(rule):
    rule.delay_minutes = 600
    rule.save()
    ana = renews()
    call_by_dates(now=MORNING)
    assert decide_all(now=MORNING) == ["asked"]
    Customer.objects.filter(pk=ana.pk).update(attributes={})
    send_delivery(Delivery.objects.get().pk, now=MORNING + 10 * HOUR)
    assert Delivery.objects.get().status == "dropped"


def test_an_erased_customer_is_called_by_no_date(rule):
    ana = renews()
    erase_customer(ana.pk, now=MORNING - DAY)
    Customer.objects.filter(pk=ana.pk).update(attributes={"renewal_on": IN_30_DAYS})  # as a restore would
    assert call_by_dates(now=MORNING) == 0


def test_who_is_erased_after_the_call_is_not_asked_and_the_date_is_forgotten(rule):
    ana = renews()
    call_by_dates(now=MORNING)
    erase_customer(ana.pk, now=MORNING)
    assert decide_all(now=MORNING)[0] != "asked"
    assert not Invitation.objects.exists()
    assert TouchpointEvent.objects.get().attributes == {}


@pytest.mark.parametrize(
    "stop",
    [
        lambda rule: setattr(rule, "is_active", False),
        lambda rule: setattr(rule, "starts_at", MORNING + HOUR),
        lambda rule: setattr(rule, "ends_at", MORNING),
        lambda rule: setattr(rule.survey, "live_version", None),
        lambda rule: setattr(rule.survey, "closed_at", MORNING - HOUR),
    ],
    ids=["off", "not begun", "over", "not published", "closed"],
)
def test_a_rule_that_could_not_ask_burns_no_date(rule, stop):
    renews()
    stop(rule)
    rule.save()
    rule.survey.save()
    assert call_by_dates(now=MORNING) == 0


def test_conditions_count_and_may_look_at_the_date(rule):
    renews()
    TriggerCondition.objects.create(rule=rule, subject="event", field="renewal_on", operator="at_least", value="2027")
    call_by_dates(now=MORNING)
    assert decide_all(now=MORNING) == ["condition"]


@pytest.mark.parametrize(
    ("zone", "day", "before", "expected"),
    [
        ("Asia/Tokyo", "2026-07-31", 30, "2026-07-01T00:00"),
        ("America/Los_Angeles", "2026-07-31", 30, "2026-07-01T16:00"),
        ("Europe/Berlin", "2026-04-28", 30, "2026-03-29T07:00"),  # the night before, clocks went forward
        ("Europe/Berlin", "2026-04-27", 30, "2026-03-28T08:00"),
        ("Europe/Berlin", "2026-10-25", 0, "2026-10-25T08:00"),  # and back
        ("UTC", "2026-07-31", -7, "2026-08-07T09:00"),
        ("UTC", "2028-03-30", 30, "2028-02-29T09:00"),
    ],
)
def test_it_is_nine_in_the_morning_where_the_customer_lives(zone, day, before, expected):
    at = called_at(date.fromisoformat(day), before, [ZoneInfo(zone)])
    assert at == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_where_the_zone_is_not_known_it_is_nine_everywhere_it_may_be(rule):
    renews(time_zone="", locale="en-US")
    [call] = calls_between(rule, since=MORNING - DAY, until=MORNING + DAY)
    zones = [ZoneInfo("America/New_York"), ZoneInfo("Pacific/Honolulu")]
    assert all(call.at.astimezone(zone).hour >= 9 for zone in zones)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-07-31", date(2026, 7, 31)),
        (" 2026-07-31 ", date(2026, 7, 31)),
        ("2026-07-31T23:30:00+09:00", date(2026, 7, 31)),
        ("2026-07-31 08:00", date(2026, 7, 31)),
        ("20260731", date(2026, 7, 31)),
        ("31.07.2026", None),
        ("07/31/2026", None),
        ("2026-02-30", None),
        ("soon", None),
        (20260731, None),
        (1785456000, None),
        (True, None),
        (["2026-07-31"], None),
        ({"on": "2026-07-31"}, None),
    ],
)
def test_a_day_is_read_as_it_is_written_and_nothing_is_guessed(said, day):
    assert read_day(said) == day


@pytest.mark.parametrize("said", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("before", [-3650, 30, 3650])
def test_a_date_at_the_end_of_the_calendar_calls_nobody_and_stops_nobody(rule, said, before):
    rule.days_before = before
    rule.save()
    renews(said)
    renews((MORNING.date() + before * DAY).isoformat(), "C-2")
    assert call_by_dates(now=MORNING) == 1


def test_what_is_no_date_is_told_to_staff_with_examples_and_stops_nobody_else(rule):
    renews()
    odd = [renews(said, f"X-{n}") for n, said in enumerate(["31.07.2026", 20260731, ["2026-07-31"]])]
    rows.customer("C-9", "nine@example.org", attributes={"renewal_on": ""})
    rows.customer("C-8", "eight@example.org")
    assert call_by_dates(now=MORNING) == 1
    rule.refresh_from_db()
    assert (rule.dates_report["known"], rule.dates_report["unreadable"]) == (4, 3)
    assert {customer for customer, _said in what_is_no_date(rule)} == set(odd)
    assert "3 hold something that is no date" in dates_in_words(rule)


def test_an_example_that_was_mended_or_erased_is_shown_no_more(rule):
    mended, erased = renews("soon"), renews("later", "C-2")
    note_dates(rule, now=MORNING)
    Customer.objects.filter(pk=mended.pk).update(attributes={"renewal_on": IN_30_DAYS})
    erase_customer(erased.pk, now=MORNING)
    assert what_is_no_date(rule) == []


def test_a_field_with_an_odd_name_is_only_a_name(place):
    odd = "a b'c__gt.d$"
    rule = rows.rule(place, rows.survey(), date_field=odd, days_before=30)
    ana = rows.customer(attributes={odd: IN_30_DAYS})
    assert [call.customer for call in calls_between(rule, since=MORNING - DAY, until=MORNING)] == [ana]


def test_the_source_is_made_once(rule):
    renews()
    renews("2026-08-01", "C-2")
    call_by_dates(now=MORNING)
    call_by_dates(now=MORNING + DAY)
    assert Source.objects.filter(slug="dates").count() == 1


def test_a_rule_is_tried_on_the_dates_of_the_last_days_and_leaves_no_trace(rule):
    renews("2026-07-15")
    renews("2026-07-20", "C-2", is_holdout=True)
    renews("2027-01-01", "C-3")
    tried = simulate_rule(rule, since=MORNING - 30 * DAY, until=MORNING)
    assert tried.reasons == {"asked": 1, "holdout": 1}
    assert not TouchpointEvent.objects.exists()


def test_saving_a_rule_by_date_says_what_the_records_hold(place):
    asks = rows.survey()
    renews("soon")
    renews((timezone.now().date() + 40 * DAY).isoformat(), "C-2")
    designer = client_of(staff("designer"))
    data = form_data(place, asks, date_field="renewal_on", days_before=30)
    page = designer.post(reverse("admin:surveys_triggerrule_add"), data | {"_continue": "1"}, follow=True)
    html = page.content.decode()
    assert "2 customers have “renewal_on”; 1 of them come due within 30 days." in html
    assert "1 hold something that is no date" in html
    assert "“soon”" in html
    assert '<datalist id="known-dates"><option value="renewal_on">' in html


@pytest.mark.parametrize("days", ["3651", "-3651", "soon"])
def test_days_that_no_programme_waits_are_refused_in_the_form(place, days):
    data = form_data(place, rows.survey(), date_field="renewal_on", days_before=days)
    page = client_of(staff("designer")).post(reverse("admin:surveys_triggerrule_add"), data)
    assert "days_before" in page.context["adminform"].form.errors


def test_a_name_that_databases_read_in_different_ways_is_refused_in_the_form(place):
    data = form_data(place, rows.survey(), date_field='renewal"on')
    page = client_of(staff("designer")).post(reverse("admin:surveys_triggerrule_add"), data)
    assert "A name without quotation marks and backslashes." in page.content.decode()
