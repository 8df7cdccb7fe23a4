from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from feedback.models import SavedView, ShareLink, ShareOpening
from feedback.services import sharing
from feedback.services.rollups import refresh_rollups
from feedback.tests.programme import answer, make_touchpoint, make_version
from feedback.tests.test_dashboard_pages import words
from feedback.views.shared import TURN_SECONDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(django_user_model):
    call_command("sync_roles", verbosity=0)

    def person(role: str, name: str = "") -> Client:
        user = django_user_model.objects.create_user(name or f"{role}-user")
        user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        client.user = user
        return client

    return person


def heard(version, n: int = 1, *, at: datetime | None = None, **fields):
    for _turn in range(n):
        response = answer(version, at=at or timezone.now() - timedelta(minutes=5), **fields)
        refresh_rollups(response.pk, now=timezone.now())


def heard_last_month(version, n: int = 1, **fields):
    heard(version, n, at=timezone.now().replace(day=1, hour=12) - timedelta(days=10), **fields)


def save(
    client: Client, name: str = "Shop, 30 days", *, page: str = "dashboard", query: str = "period=last_30", **more
):
    return client.post(reverse("new_view"), {"name": name, "page": page, "query": query, **more})


def link(*, days: int = 7, **fields) -> ShareLink:
    made = ShareLink(**{"title": "For the board", "page": "dashboard", "query": "period=last_month", **fields})
    return sharing.make_link(made, days=days, now=timezone.now(), actor=None)


def opened(made: ShareLink, **query):
    return Client().get(reverse("shared", args=[made.token]), query)


# Views


def test_a_saved_view_leads_to_the_page_with_its_filters_and_its_name(people):
    client = people("analyst")
    save(client, query="period=last_30&channel=email&before=x")
    view = SavedView.objects.get()
    answer = client.get(view.get_absolute_url(), follow=True)
    assert answer.redirect_chain[-1][0] == f"/dashboard/?period=last_30&channel=email&view={view.code}"
    assert "Shop, 30 days" in words(answer)


def test_a_view_with_a_filter_that_does_not_exist_is_not_saved(people):
    client = people("analyst")
    assert "These filters do not exist any more" in words(save(client, query="survey=nope"))
    assert not SavedView.objects.exists()


def test_two_views_of_one_person_have_two_names(people):
    client = people("analyst")
    save(client)
    assert "You have a view of this name already." in words(save(client))


def test_a_private_view_is_nobody_elses(people):
    save(people("analyst", "ana"))
    other, view = people("analyst", "ben"), SavedView.objects.get()
    assert other.get(view.get_absolute_url()).status_code == 404
    assert "Shop, 30 days" not in words(other.get(reverse("saved_views")))


def test_a_shared_view_is_read_by_others_and_changed_by_its_owner_alone(people):
    save(people("analyst", "ana"), is_shared="on")
    other, view = people("agent", "ben"), SavedView.objects.get()
    assert other.get(view.get_absolute_url()).status_code == 302
    assert other.get(reverse("change_view", args=[view.code])).status_code == 404
    assert other.post(reverse("remove_view", args=[view.code])).status_code == 404


def test_an_analyst_cannot_decide_what_a_role_sees_first(people):
    save(people("analyst"), first_for=Group.objects.get(name="agent").pk)
    assert SavedView.objects.get().first_for is None


def test_a_role_is_led_to_its_first_view_and_may_look_elsewhere(people):
    save(people("manager"), first_for=Group.objects.get(name="agent").pk)
    view, agent = SavedView.objects.get(), people("agent")
    assert agent.get(reverse("dashboard")).url == f"/dashboard/?period=last_30&view={view.code}"
    assert agent.get(reverse("dashboard"), {"period": "last_90"}).status_code == 200
    assert people("analyst").get(reverse("dashboard")).status_code == 200


def test_a_role_has_one_first_view_per_page(people):
    manager, agents = people("manager"), Group.objects.get(name="agent")
    save(manager, "One", first_for=agents.pk)
    save(manager, "Two", first_for=agents.pk)
    assert [view.name for view in SavedView.objects.filter(first_for=agents)] == ["Two"]


def test_a_view_of_a_journey_leads_to_that_journey(people):
    client = people("analyst")
    make_touchpoint("Counter", journey="Shop")
    save(client, page="journey_map", query="period=last_30")
    save(client, "Mine", page="journey_map", journey="shop")
    assert client.get(SavedView.objects.get(name="Mine").get_absolute_url()).url.startswith("/journeys/shop/?period")


def test_the_list_of_views_costs_the_same_for_many(people, django_assert_max_num_queries):
    client = people("analyst")
    for turn in range(12):
        save(client, f"View {turn}", is_shared="on")
    with django_assert_max_num_queries(12):
        client.get(reverse("saved_views"))


# Share links


def test_a_share_link_shows_the_same_number_as_the_page(people):
    version = make_version()
    for value in (10, 9, 8, 0, 7):
        heard_last_month(version, recommend=value)
    page = people("analyst").get(reverse("dashboard"), {"period": "last_month"}).context["overview"].headlines[0].figure
    shared = opened(link()).context["overview"].headlines[0].figure
    assert shared == page


def test_the_database_holds_no_usable_secret(people):
    made = link()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM feedback_sharelink")
        assert made.token not in repr(cursor.fetchall())
    assert opened(made).status_code == 200


def test_four_answers_are_hidden_outside_although_they_have_names():
    version = make_version()
    heard_last_month(version, 4, recommend=9)
    shared = words(opened(link()))
    assert "hidden" in shared
    assert "+100" not in shared


def test_no_way_leads_on_from_a_shared_page():
    version = make_version()
    heard_last_month(version, 6, recommend=9, why="Fine.", label="positive", touchpoint=make_touchpoint("Counter"))
    html = opened(link()).content.decode()
    body = html[html.index("<body") :]
    assert "href=" not in body
    assert "Fine." not in body


def test_comments_are_shown_only_where_allowed_and_ten_wrote():
    version = make_version()
    heard_last_month(version, 9, recommend=9, why="Fine words.", label="positive")
    made = link(shows_comments=True)
    assert "Fine words." not in words(opened(made))
    heard_last_month(version, 1, recommend=9, why="Fine words.", label="positive")
    assert "Fine words." in words(opened(made))
    assert "Fine words." not in words(opened(link()))


def test_a_shared_page_is_kept_by_no_search_engine_and_no_cache():
    answer = opened(link())
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert not answer.cookies


@pytest.mark.parametrize("how", ["ended", "revoked", "never existed"])
def test_a_closed_link_shows_nothing(how):
    made = link()
    if how == "ended":
        past = timezone.now() - timedelta(days=9)
        ShareLink.objects.update(created_at=past, expires_at=past + timedelta(days=8))
    elif how == "revoked":
        sharing.revoke_link(made.pk, now=timezone.now(), actor=None)
    else:
        ShareLink.objects.all().delete()
    answer = opened(made)
    assert (answer.status_code, ShareOpening.objects.count()) == (410, 0)
    assert "This page is closed" in words(answer)


def test_openings_are_counted_once_a_minute_and_shown_to_the_maker(people):
    made = link()
    opened(made)
    opened(made)
    assert made.openings.count() == 1
    client = people("analyst")
    assert "Opened 1 time" in words(client.get(reverse("share_link", args=[made.pk])))


def test_who_may_share_makes_and_closes_a_link(people):
    client = people("analyst")
    asked = {"title": "Board", "days": "7", "page": "dashboard", "query": "period=last_30"}
    page = client.post(reverse("new_link"), asked, follow=True)
    made = ShareLink.objects.get()
    assert made.token in page.content.decode()
    client.post(reverse("revoke_link", args=[made.pk]))
    assert opened(made).status_code == 410


def test_an_agent_may_not_share(people):
    agent = people("agent")
    assert agent.get(reverse("share_links")).status_code == 403
    assert agent.post(reverse("new_link")).status_code == 403


def test_a_shared_journey_shows_its_curve_without_links():
    place = make_touchpoint("Counter", journey="Shop")
    heard_last_month(make_version(), 6, happy=4, touchpoint=place)
    html = opened(link(page="journey_map", journey="shop")).content.decode()
    assert "Counter" in html
    assert "href=" not in html[html.index("<body") :]


# The wall


def test_the_wall_shows_one_figure_and_asks_for_the_next(people):
    version = make_version()
    heard(version, 6, recommend=9, happy=4)
    client = people("analyst")
    first = client.get(reverse("wall"), {"period": "last_30"})
    assert "+100" in words(first)
    html = first.content.decode()
    assert 'http-equiv="refresh"' not in html  # nobody could hold such a page still
    assert f'href="{escape(first.context["next"])}" data-wall-next="{TURN_SECONDS}"' in html
    second = client.get(reverse("wall") + first.context["next"])
    assert second.context["line"].metric.key != first.context["line"].metric.key
    third = client.get(reverse("wall") + second.context["next"])
    assert third.context["line"].metric.key == first.context["line"].metric.key


def test_the_wall_hides_what_fewer_than_five_said(people):
    heard(make_version(), 4, recommend=9)
    assert "+100" not in words(people("analyst").get(reverse("wall")))


def test_a_shared_wall_turns_without_a_log_in():
    heard_last_month(make_version(), 6, recommend=9, happy=4)
    made = link(page="wall")
    first = opened(made)
    second = Client().get(reverse("shared", args=[made.token]) + first.context["next"])
    assert second.context["line"].metric.key != first.context["line"].metric.key
