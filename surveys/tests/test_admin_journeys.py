"""Journeys and links in the admin."""

import pytest
from django.urls import reverse

from surveys.models import CollectionLink, Journey, Touchpoint
from surveys.services.journeys import create_from_template
from surveys.tests import rows
from surveys.tests.designer import client_of, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def designer():
    return client_of(staff("designer"))


def test_a_journey_is_begun_with_its_stages_and_touchpoints(designer):
    answer = designer.post(
        reverse("admin:surveys_journey_begin"), {"template": "lifecycle", "packs": ["common", "saas"]}
    )
    journey = Journey.objects.get()
    assert answer.url == reverse("admin:surveys_journey_change", args=[journey.pk])
    assert Touchpoint.objects.filter(stage__journey=journey).count() == 8


def test_the_journeys_page_draws_its_touchpoints(designer):
    journey = create_from_template("lifecycle", packs=["common"])
    page = designer.get(reverse("admin:surveys_journey_change", args=[journey.pk])).content.decode()
    assert "Support interaction" in page
    assert "moment of truth" in page


def test_an_industry_is_added_by_one_click(designer):
    journey = create_from_template("lifecycle")
    designer.post(reverse("admin:surveys_journey_pack", args=[journey.pk]), {"pack": "retail"})
    assert Touchpoint.objects.filter(stage__journey=journey).count() == 4


def test_the_future_journey_is_opened_at_once(designer):
    journey = create_from_template("lifecycle", packs=["common"])
    answer = designer.post(reverse("admin:surveys_journey_future", args=[journey.pk]))
    future = Journey.objects.get(state="future")
    assert answer.url == reverse("admin:surveys_journey_change", args=[future.pk])


def test_the_list_says_how_much_of_a_journey_is_measured(designer):
    journey = create_from_template("lifecycle", packs=["common"])
    Touchpoint.objects.filter(stage__journey=journey, slug="purchase").update(coverage="measured")
    assert "1/4 (25 %)" in designer.get(reverse("admin:surveys_journey_changelist")).content.decode()


def test_the_name_that_senders_use_is_fixed_once_an_event_used_it(designer):
    place = rows.touchpoint()
    page = reverse("admin:surveys_touchpoint_change", args=[place.pk])
    assert 'name="slug"' in designer.get(page).content.decode()
    rows.event(place, rows.customer())
    assert 'name="slug"' not in designer.get(page).content.decode()


def test_a_link_shows_its_code_and_its_address(designer):
    link = CollectionLink.objects.create(name="Counter", touchpoint=rows.touchpoint(), survey=rows.survey())
    page = designer.get(reverse("admin:surveys_collectionlink_change", args=[link.pk])).content.decode()
    assert f"/c/{link.code}/qr.svg" in page
    assert f"/c/{link.code}/</a>" in page


def test_a_link_to_a_survey_nobody_can_open_says_so(designer):
    asks = rows.survey()
    link = CollectionLink.objects.create(name="Counter", touchpoint=rows.touchpoint(), survey=asks)
    asks.live_version = None
    asks.save()
    page = designer.get(reverse("admin:surveys_collectionlink_change", args=[link.pk])).content.decode()
    assert "The survey is not published" in page


def test_the_attributes_that_are_kept_are_a_list_with_commas(designer):
    place = rows.touchpoint(coverage="planned")
    page = reverse("admin:surveys_touchpoint_change", args=[place.pk])
    form = designer.get(page).context["adminform"].form
    data = {name: "" if value is None else value for name, value in form.initial.items()}
    designer.post(page, data | {"event_fields": "carrier,  shop, ,carrier"})
    place.refresh_from_db()
    assert place.event_fields == ["carrier", "shop"]
    assert designer.get(page).context["adminform"].form["event_fields"].value() == "carrier, shop"


def test_a_touchpoint_leads_to_its_rules_and_to_a_new_one(designer):
    place = rows.touchpoint()
    page = reverse("admin:surveys_touchpoint_change", args=[place.pk])
    assert f"{reverse('admin:surveys_triggerrule_add')}?touchpoint={place.pk}" in designer.get(page).content.decode()
    rule = rows.rule(place, rows.survey())
    assert reverse("admin:surveys_triggerrule_change", args=[rule.pk]) in designer.get(page).content.decode()
