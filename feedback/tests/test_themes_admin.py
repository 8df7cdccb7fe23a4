"""Themes in the admin: tried before they are saved, loaded by industry, and searched for again when they change."""

import pytest
from django.urls import reverse

from feedback.models import Taxonomy, Theme, ThemeMention
from feedback.tests.programme import make_version
from feedback.tests.themed import browser_of, make_themes, say, search

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return browser_of("manager", is_staff=True)


@pytest.fixture
def themes():
    return make_themes()


def form_data(words: str, *, language: str = "en", **fields) -> dict:
    data = {"name": "Coffee", "slug": "coffee", "is_active": "on", "position": 9}
    data |= {"rules-TOTAL_FORMS": 1, "rules-INITIAL_FORMS": 0, "rules-0-language": language, "rules-0-words": words}
    return data | fields


def test_a_new_theme_is_searched_for_in_what_was_said_before(manager, themes):
    say(make_version(), "The coffee was cold")
    search()
    saved = manager.post(reverse("admin:feedback_theme_add"), form_data("coffee"))
    assert saved.status_code == 302
    search()
    assert ThemeMention.objects.get().theme.slug == "coffee"


def test_words_that_make_no_sense_are_refused_beside_the_field(manager, themes):
    page = manager.post(reverse("admin:feedback_theme_add"), form_data("coffee NEAR"))
    assert "Line 1: Words are missing before or after NEAR or NOT." in page.content.decode()
    assert not Theme.objects.filter(slug="coffee").exists()


def test_a_part_cannot_have_parts(manager, themes):
    page = manager.post(reverse("admin:feedback_theme_add"), form_data("coffee", parent=themes["manner"].pk))
    assert not Theme.objects.filter(slug="coffee").exists()
    assert page.status_code == 200


def test_saving_without_a_change_searches_nothing_again(manager, themes):
    theme, number = themes["waiting"], Taxonomy.objects.get().number
    rule = theme.rules.get()
    data = form_data(rule.words, name=theme.name, position=theme.position)
    data |= {"rules-INITIAL_FORMS": 1, "rules-0-id": rule.pk, "rules-0-theme": theme.pk}
    manager.post(reverse("admin:feedback_theme_change", args=[theme.pk]), data)
    assert Taxonomy.objects.get().number == number
    manager.post(reverse("admin:feedback_theme_change", args=[theme.pk]), data | {"rules-0-words": "queue"})
    assert Taxonomy.objects.get().number == number + 1


def test_words_on_the_screen_are_tried_on_the_newest_comments_and_nothing_is_saved(manager, themes):
    version = make_version()
    say(version, "The coffee was cold")
    say(version, "Lovely staff")
    page = manager.post(reverse("admin:feedback_theme_try", args=[0]), form_data("coffee")).content.decode()
    assert "Would find <strong>1</strong> of the newest 2 comments (50.0 %)" in page
    assert "<mark>coffee</mark>" in page
    assert not Theme.objects.filter(slug="coffee").exists()


def test_trying_words_that_make_no_sense_says_which_line(manager, themes):
    page = manager.post(reverse("admin:feedback_theme_try", args=[0]), form_data("ok\nco*")).content.decode()
    assert "Line 2: Write at least 3 letters before a star." in page


def test_without_comments_there_is_nothing_to_try_on(manager, themes):
    page = manager.post(reverse("admin:feedback_theme_try", args=[themes["waiting"].pk]), form_data("coffee"))
    assert "there is nothing to try it on" in page.content.decode()


def test_an_industry_is_loaded_with_one_click(manager):
    assert "Insurance" in manager.get(reverse("admin:feedback_theme_from_pack")).content.decode()
    manager.post(reverse("admin:feedback_theme_load"), {"pack": "insurance"})
    claims = Theme.objects.get(slug="claims")
    assert set(claims.children.values_list("slug", flat=True)) == {"claim-time", "claim-refused"}
    assert manager.post(reverse("admin:feedback_theme_load"), {"pack": "nothing"}).status_code == 404


def test_a_theme_that_was_spoken_of_cannot_be_deleted(manager, themes):
    say(make_version(), "queue")
    search()
    address = reverse("admin:feedback_theme_delete", args=[themes["waiting"].pk])
    assert manager.post(address, {"post": "yes"}).status_code == 403
    assert manager.post(reverse("admin:feedback_theme_delete", args=[themes["manner"].pk]), {"post": "yes"}).url
    assert not Theme.objects.filter(slug="manner").exists()


@pytest.mark.parametrize("role", ["analyst", "agent", "designer"])
def test_only_who_leads_changes_themes(role):
    client = browser_of(role, is_staff=True)
    assert client.post(reverse("admin:feedback_theme_load"), {"pack": "general"}).status_code == 403
    assert client.post(reverse("admin:feedback_theme_try", args=[0]), form_data("x")).status_code == 403


def test_the_list_costs_the_same_however_many_themes(manager, themes, django_assert_max_num_queries):
    for place in range(10):
        Theme.objects.create(name=f"T{place}", slug=f"t{place}")
    with django_assert_max_num_queries(14):
        manager.get(reverse("admin:feedback_theme_changelist"))
