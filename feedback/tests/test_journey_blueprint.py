from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback import overlays
from feedback.analytics.journey_plan import Fate, plan_of
from feedback.overlays import Mark, Overlay
from feedback.services.rollups import refresh_rollups
from feedback.tests.programme import ASKED, answer, make_touchpoint, make_version
from feedback.tests.test_dashboard_pages import words
from surveys.models import Journey, Team, Touchpoint
from surveys.services.journeys import copy_as_future

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("ana"))
    return client


@pytest.fixture
def shop() -> Journey:
    make_touchpoint("Counter", stage="Buy", front_stage="Clerk greets", back_stage="Stock is kept", systems="Till")
    make_touchpoint("Parcel", stage="Use", owner_team=Team.objects.create(name="Depot", slug="depot"))
    return Journey.objects.get()


def heard(place: Touchpoint, *values: int):
    version = make_version(f"about-{place.slug}", questions=[ASKED[2]])
    for value in values:
        row = answer(version, at=timezone.now() - timedelta(minutes=5), happy=value, touchpoint=place)
        refresh_rollups(row.pk, now=timezone.now())


def fates(journey: Journey) -> dict[str, Fate]:
    steps = [step for stage in plan_of(journey).stages for step in stage.steps]
    return {(step.tomorrow or step.today).name: step.fate for step in steps}


def test_a_fresh_copy_differs_in_nothing(shop):
    assert fates(copy_as_future(shop.pk)) == {"Counter": Fate.STAYS, "Parcel": Fate.STAYS}


def test_what_is_new_what_changes_and_what_goes_is_told_apart(shop):
    future = copy_as_future(shop.pk)
    counter = Touchpoint.objects.get(stage__journey=future, name="Counter")
    counter.name, counter.channel = "Kiosk", Touchpoint.Where.APP
    counter.save()
    Touchpoint.objects.get(stage__journey=future, name="Parcel").delete()
    future.stages.get(slug="use").touchpoints.create(name="Locker", slug="locker")
    assert fates(future) == {"Kiosk": Fate.CHANGES, "Locker": Fate.NEW, "Parcel": Fate.GOES}
    changed = plan_of(shop).stages[0].steps[0].differences
    assert [(each.label, each.before, each.after) for each in changed] == [
        ("name", "Counter", "Kiosk"),
        ("where it happens", "website", "app"),
    ]


def test_a_touchpoint_that_moves_to_another_stage_does_not_go(shop):
    future = copy_as_future(shop.pk)
    Touchpoint.objects.filter(stage__journey=future, name="Parcel").update(stage=future.stages.get(slug="buy"))
    assert fates(future) == {"Counter": Fate.STAYS, "Parcel": Fate.STAYS}


def test_a_journey_without_a_plan_has_nothing_beside_it(shop):
    assert plan_of(shop) is None


def test_both_journeys_show_the_two_side_by_side(reader, shop):
    future = copy_as_future(shop.pk)
    for journey in (shop, future):
        assert "Today and as it should be" in words(reader.get(reverse("journey_map", args=[journey.slug])))


def test_the_blueprint_has_a_row_for_each_layer(reader, shop):
    page = words(reader.get(reverse("journey_map")))
    for said in ("Clerk greets", "line of visibility", "Stock is kept", "Till", "Depot", "nobody"):
        assert said in page


def test_coverage_is_told_in_percent(reader, shop):
    for name, coverage in (("Lift", "planned"), ("Stairs", "not_measured")):
        place = make_touchpoint(name)
        Touchpoint.objects.filter(pk=place.pk).update(coverage=coverage)
    found = reader.get(reverse("journey_map")).context["map"].coverage
    assert [(part.key, part.percent) for part in found] == [("measured", 50), ("planned", 25), ("not_measured", 25)]


def test_what_has_answers_is_measured_whatever_was_planned(reader, shop):
    Touchpoint.objects.update(coverage="not_measured")
    heard(Touchpoint.objects.get(slug="counter"), 5, 4)
    assert reader.get(reverse("journey_map")).context["map"].coverage[0].count == 1


def test_a_pain_point_is_where_the_whole_interval_is_bad(reader, shop):
    heard(Touchpoint.objects.get(slug="counter"), 1, 1, 2, 1, 1, 2)
    heard(Touchpoint.objects.get(slug="parcel"), 1, 5, 2, 3)
    context = reader.get(reverse("journey_map")).context
    assert [stop.touchpoint.slug for stop in context["map"].pains] == ["counter"]
    assert [(name, stop.touchpoint.slug) for name, stop in context["ends"]] == [
        ("Peak", "parcel"),
        ("Low", "counter"),
        ("End", "parcel"),
    ]


def test_whoever_signs_up_lays_marks_over_the_map(monkeypatch, reader, shop):
    place = Touchpoint.objects.get(slug="parcel")

    def stars(touchpoints, period, reader):
        return Overlay("Stars", {place.pk: Mark("three stars", "/stars/")})

    monkeypatch.setattr(overlays, "_sources", [stars, lambda *_asked: None])
    html = reader.get(reverse("journey_map")).content.decode()
    assert '<a href="/stars/">three stars</a>' in html


def test_the_map_costs_the_same_with_more_touchpoints(reader, shop, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    copy_as_future(shop.pk)
    with CaptureQueriesContext(connection) as few:
        reader.get(reverse("journey_map", args=[shop.slug]))
    for turn in range(6):
        make_touchpoint(f"Stop {turn}", stage=f"Stage {turn}")
    with CaptureQueriesContext(connection) as many:
        reader.get(reverse("journey_map", args=[shop.slug]))
    assert len(many) <= len(few)
