"""The pages of metrics: what they show, that all doors show the same, and that more rows cost no more queries."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.metrics.catalogue import CATALOGUE
from feedback.models import Alert, Benchmark, FactRule, Investigation, LoggedChange, MetricDefinition, Segment
from feedback.services.definitions import ensure_metric_defaults
from feedback.services.facts import read_waiting_events
from feedback.services.rollups import rebuild_day
from feedback.tests.programme import answer, make_programme, make_touchpoint, make_version
from feedback.tests.staff import browser, staff
from feedback.tests.test_dashboard_pages import words
from surveys.models import Channel, Customer, Source, TouchpointEvent

pytestmark = pytest.mark.django_db
NOW = timezone.now()
YESTERDAY = NOW - timedelta(days=1)
PAGES = ("measures", "comparisons", "alerts", "changes", "measures_csv")


def happen(touchpoint, *, number: int, at=YESTERDAY, customer=None, **attributes) -> TouchpointEvent:
    source, _new = Source.objects.get_or_create(slug="shop", defaults={"name": "Shop"})
    return TouchpointEvent.objects.create(
        source=source,
        event_id=f"e-{number}",
        touchpoint=touchpoint,
        customer=customer,
        occurred_at=at,
        received_at=at,
        attributes=attributes,
        fingerprint="x",
    )


@pytest.fixture
def reader():
    return browser(staff("analyst"))


@pytest.fixture
def manager():
    return browser(staff("manager"))


@pytest.fixture
def contacts():
    """Forty resolved contacts, thirty at the first try."""
    place = make_touchpoint("Hotline")
    FactRule.objects.create(touchpoint=place, kind="contact_resolved", value_property="first")
    for number in range(40):
        happen(place, number=number, first=number < 30)
    read_waiting_events(now=NOW)
    return place


def count(*days_back: int) -> None:
    for back in days_back:
        rebuild_day(timezone.localdate(NOW - timedelta(days=back), timezone.get_default_timezone()), now=NOW)


@pytest.mark.parametrize("page", PAGES)
def test_a_designer_may_not_read_metrics(page):
    assert browser(staff("designer")).get(reverse(page)).status_code == 403


def test_every_metric_stands_in_the_list_also_without_a_row_of_its_own(reader):
    page = words(reader.get(reverse("measures")))
    assert [str(each.name) for each in CATALOGUE.values() if str(each.name) not in page] == []


def test_a_metric_without_events_says_that_it_cannot_tell_and_why(reader):
    assert "No event is mapped to this metric yet." in words(reader.get(reverse("measures")))


def test_that_no_cancellation_is_reported_is_no_sign_that_nobody_leaves(reader, contacts):
    FactRule.objects.create(touchpoint=contacts, kind="purchase", value_property="amount")
    for number in range(40):
        customer = Customer.objects.create(external_id=f"C-{number}", name="A")
        happen(contacts, number=500 + number, customer=customer, amount=5)
    read_waiting_events(now=NOW)

    def churn():
        return reader.get(reverse("measure", args=["churn"]), {"period": "last_7"})

    assert churn().context["line"].figure.state == "cannot_tell"
    assert "Missing: customer cancelled." in words(churn())
    FactRule.objects.create(touchpoint=contacts, kind="cancel", when_property="left", when_value="yes")
    assert churn().context["line"].figure.value == 0


def test_a_metric_of_events_stands_with_its_n_and_interval_and_status(reader, contacts):
    page = words(reader.get(reverse("measure", args=["fcr"]), {"period": "last_7"}))
    assert "75 %" in page.replace("\u202f", " ")
    assert "n = 40" in page
    assert "cannot tell yet" in page  # 60 to 86 % holds both sides of 70 %


def test_the_events_behind_a_metric_are_as_many_as_it_says(reader, contacts):
    page = words(reader.get(reverse("facts", args=["fcr"]), {"period": "last_7"}))
    assert page.count("Hotline") == 40
    assert "40 events" in page


def test_page_file_and_api_show_the_same_numbers(reader, contacts):
    version = make_version()
    for value in (10, 9, 8, 0, 3, 10):
        answer(version, at=YESTERDAY, recommend=value)
    count(1)
    asked = {"period": "last_7"}
    api = {each["metric"]: each for each in reader.get("/api/v1/metrics", asked).json()["measures"]}
    body = b"".join(reader.get(reverse("measures_csv"), asked).streaming_content).decode("utf-8-sig")
    file = {row["metric"]: row for row in csv.DictReader(io.StringIO(body))}
    page = {row.line.key: row.line for row in reader.get(reverse("measures"), asked).context["rows"]}
    assert api.keys() == file.keys() == page.keys()
    for key, line in page.items():
        shown = (line.figure.value, line.figure.n, line.status.value)
        assert (api[key]["value"], api[key]["n"], api[key]["status"]) == shown, key
        assert (float(file[key]["value"]) if file[key]["value"] else None) == line.figure.value, key
        assert file[key]["status"] == line.status.value, key
    assert page["nps"].figure.n == 6


def test_the_dashboard_takes_its_target_from_the_row(reader):
    ensure_metric_defaults()
    MetricDefinition.objects.filter(key="nps").update(target=12, act_at=-20)
    answer(make_version(), at=YESTERDAY, recommend=9)
    count(1)
    assert "Target +12" in words(reader.get(reverse("dashboard")))


def test_a_switched_off_metric_is_not_listed(reader):
    ensure_metric_defaults()
    MetricDefinition.objects.filter(key="clv").update(is_active=False)
    assert "Customer lifetime value" not in words(reader.get(reverse("measures")))
    assert reader.get(reverse("measure", args=["clv"])).status_code == 404


def test_events_are_not_claimed_to_be_known_per_survey(reader, contacts):
    make_version()
    page = words(reader.get(reverse("measure", args=["fcr"]), {"period": "last_7", "survey": "visit"}))
    assert "These events are not known per survey, channel or group." in page


@pytest.mark.parametrize(
    "asked", [{"segment": "regulars"}, {"standing": "any"}, {"touchpoint": "-"}, {"compare": "year", "grain": "month"}]
)
@pytest.mark.parametrize("page", ["measures", "comparisons", "measures_csv"])
def test_every_filter_of_the_dashboard_is_understood(reader, contacts, page, asked):
    Segment.objects.create(name="Regulars", slug="regulars")
    answer(make_version(), at=YESTERDAY, recommend=9)
    count(1)
    assert reader.get(reverse(page), asked).status_code == 200


def test_a_benchmark_stands_beside_the_figure_with_the_interval_its_n_allows(reader):
    ensure_metric_defaults()
    metric = MetricDefinition.objects.get(key="csat")
    Benchmark.objects.create(metric=metric, value=80, n=400, source="Yearly report", published_on=NOW.date())
    page = words(reader.get(reverse("measure", args=["csat"]))).replace("\u202f", " ")
    assert "Yearly report" in page
    assert "76 % to 84 %" in page


def test_a_logged_change_is_drawn_on_the_trend_and_stands_in_its_table(manager):
    answer(make_version(), at=YESTERDAY, recommend=9)
    count(1)
    said = {"kind": "price", "on": YESTERDAY.date().isoformat(), "text": "Prices up by 5"}
    manager.post(reverse("change_add"), said)
    for page in ("dashboard", "changes"):
        assert "Prices up by 5" in words(manager.get(reverse(page)))
    html = manager.get(reverse("measure", args=["nps"]), {"period": "last_7"}).content.decode()
    assert html.count("Prices up by 5") == 3  # on the axis, in the list and in the table


@pytest.mark.parametrize(
    ("asked", "drawn"), [({}, True), ({"touchpoint": "counter"}, True), ({"touchpoint": "parcel"}, False)]
)
def test_a_change_at_one_place_is_drawn_for_that_place_and_for_all_together(reader, asked, drawn):
    programme = make_programme()
    answer(programme.visit, at=YESTERDAY, touchpoint=programme.counter, recommend=9)
    answer(programme.visit, at=YESTERDAY, touchpoint=programme.delivery, recommend=9)
    count(1)
    LoggedChange.objects.create(on=YESTERDAY.date(), text="New counter", touchpoint=programme.counter)
    assert ("New counter" in words(reader.get(reverse("dashboard"), asked))) == drawn


def test_the_service_level_counts_within_the_seconds_that_its_row_assumes(reader, contacts):
    for kind, name in (("contact_answered", "waited"), ("contact_lost", ""), ("contact_handled", "handled")):
        FactRule.objects.create(
            touchpoint=contacts, kind=kind, value_property=name, when_property="call", when_value=kind
        )
    for number in range(40):
        happen(contacts, number=100 + number, call="contact_answered", waited=10 if number < 30 else 25)
        happen(contacts, number=200 + number, call="contact_handled", handled=300)
    for number in range(10):
        happen(contacts, number=300 + number, call="contact_lost")
    read_waiting_events(now=NOW)
    ensure_metric_defaults()

    def shown(key: str) -> tuple[float, int]:
        figure = reader.get(reverse("measure", args=[key]), {"period": "last_7"}).context["line"].figure
        return figure.value, figure.n

    assert shown("service_level") == (60, 50)
    assert shown("handle_time") == (300, 40)
    MetricDefinition.objects.filter(key="service_level").update(assumption=30)
    assert shown("service_level") == (80, 50)
    assert "50 events" in words(reader.get(reverse("facts", args=["service_level"]), {"period": "last_7"}))


def test_every_point_of_a_metric_leads_to_the_rows_of_its_own_days(reader, contacts):
    html = reader.get(reverse("measure", args=["fcr"]), {"period": "last_7", "grain": "day"}).content.decode()
    on = YESTERDAY.date()
    address = f"{reverse('facts', args=['fcr'])}?first={on}&amp;last={on}"
    assert f'href="{address}"' in html
    assert "40 events" in words(reader.get(address.replace("&amp;", "&")))


@pytest.mark.parametrize(("start", "weeks"), [(0, {0}), (6, {6})])
def test_weeks_begin_with_the_day_that_is_set(reader, settings, start, weeks):
    settings.WEEK_START = start
    answer(make_version(), at=YESTERDAY, recommend=9)
    count(1)
    asked = {"period": "last_90", "grain": "week"}
    shown = reader.get(reverse("measure", args=["nps"]), asked).context["line"].trend
    dashboard = reader.get(reverse("dashboard"), asked).context["overview"].trends["nps"]
    assert {slot.period.first_on.weekday() for slot, _figure in shown[1:]} == weeks
    assert {point.slot.period.first_on.weekday() for point in dashboard[1:]} == weeks


def test_one_hidden_week_of_a_metric_does_not_follow_from_its_sum(reader):
    version = make_version(is_anonymous=True)
    for back, size in ((1, 4), (2, 6), (3, 9)):
        for value in range(size):
            answer(version, at=NOW - timedelta(days=back), recommend=value)
    count(1, 2, 3)
    asked = {"period": "last_7", "grain": "day"}
    trend = reader.get(reverse("measure", args=["nps"]), asked).context["line"].trend
    assert [figure.n for _slot, figure in trend][-4:-1] == [9, None, None]


def test_a_change_that_ends_before_it_begins_is_refused_in_words(manager):
    said = {"kind": "outage", "on": "2026-03-02", "until_on": "2026-03-01", "text": "Down"}
    refused = manager.post(reverse("change_add"), said)
    assert (refused.status_code, LoggedChange.objects.count()) == (422, 0)
    assert "The end lies before the beginning." in words(refused)


def test_an_agent_may_not_log_a_change():
    assert browser(staff("agent")).post(reverse("change_add"), {}).status_code == 403


@pytest.mark.parametrize("by", ["touchpoint", "stage", "team", "channel", "version", "segment", "period"])
def test_groups_stand_side_by_side_for_every_dimension(reader, by):
    programme = make_programme()
    for place, values in ((programme.counter, (10, 10, 9, 10)), (programme.support, (0, 1, 2, 10))):
        for value in values:
            answer(programme.visit, at=YESTERDAY, touchpoint=place, recommend=value)
    count(1)
    shown = reader.get(reverse("comparisons"), {"by": by, "show": "nps", "period": "last_7"})
    assert shown.status_code == 200
    labels = {group.label for group, _address in shown.context["groups"]}
    assert (
        labels
        == {
            "touchpoint": {"Counter", "Support call"},
            "period": {"Counter", "Support call"},
            "stage": {"Shop: Buy", "Shop: Use"},
            "team": {"No team"},
            "channel": {str(Channel.LINK.label)},
            "version": {"Visit v1"},
            "segment": set(),
        }[by]
    )


@pytest.mark.parametrize("page", ["measures", "comparisons", "alerts", "changes"])
def test_the_number_of_queries_does_not_grow_with_the_rows(reader, page, contacts):
    programme = make_programme()

    def fill(offset: int, number: int) -> None:
        for turn in range(number):
            place = (programme.counter, programme.delivery, programme.support)[turn % 3]
            answer(programme.visit, at=YESTERDAY, touchpoint=place, recommend=turn % 11)
            happen(contacts, number=offset + turn, first=True)
            LoggedChange.objects.create(kind="release", on=YESTERDAY.date(), text=f"Release {turn}")
            alert = Alert.objects.create(
                reason="level", metric="nps", touchpoint_key=place.pk, side="low", first_on=YESTERDAY.date(),
                last_on=YESTERDAY.date(), value=1, n=9, opened_at=NOW, closed_at=NOW,
            )  # fmt: skip
            Investigation.objects.create(alert=alert, status="closed", verdict="chance")
        read_waiting_events(now=NOW)
        count(1)

    asked = {"show": "past"} if page == "alerts" else {}
    fill(1000, 6)
    reader.get(reverse(page), asked)
    with CaptureQueriesContext(connection) as few:
        assert reader.get(reverse(page), asked).status_code == 200
    fill(2000, 30)
    with CaptureQueriesContext(connection) as many:
        reader.get(reverse(page), asked)
    assert len(many) <= len(few)


def test_reading_metrics_changes_no_row(reader, contacts):
    customer = Customer.objects.create(external_id="C-9", name="Nine")
    happen(contacts, number=99, first=False, customer=customer)
    before = list(FactRule.objects.values_list())
    for page in PAGES:
        reader.get(reverse(page))
    assert list(FactRule.objects.values_list()) == before
