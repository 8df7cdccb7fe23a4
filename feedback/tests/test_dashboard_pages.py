import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from feedback.models import Rollup
from feedback.services.rollups import rebuild_day, refresh_rollups
from feedback.tests.programme import answer, invite, make_programme, make_touchpoint, make_version
from surveys.models import Customer, Journey

pytestmark = pytest.mark.django_db
PAGES = ("dashboard", "journey_map", "responses", "figures_csv")


@pytest.fixture
def role(client, django_user_model):
    def log_in(name: str) -> None:
        call_command("sync_roles", verbosity=0)
        user = django_user_model.objects.create_user(f"{name}-user", password="a long pass phrase")
        user.groups.add(Group.objects.get(name=name))
        client.force_login(user)

    return log_in


@pytest.fixture
def analyst(role):
    role("analyst")


def heard(version, *, count=True, **fields):
    """Answered just now, and counted."""
    response = answer(version, at=timezone.now() - timedelta(minutes=1), **fields)
    if count:
        refresh_rollups(response.pk, now=timezone.now())
    return response


def words(response) -> str:
    """The page as a reader sees it."""
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_sent_to_the_log_in(client, page):
    assert client.get(reverse(page)).url.startswith("/login/")


@pytest.mark.parametrize("page", PAGES)
def test_a_designer_may_not_read_what_customers_said(client, role, page):
    role("designer")
    assert client.get(reverse(page)).status_code == 403


@pytest.mark.parametrize("name", ["analyst", "agent", "manager"])
@pytest.mark.parametrize("page", PAGES)
def test_those_who_may_read_answers_may_read_figures(client, role, name, page):
    role(name)
    assert client.get(reverse(page)).status_code == 200


def test_only_those_who_may_export_get_the_file(client, role):
    role("agent")
    assert client.get(reverse("responses_csv")).status_code == 403


def test_a_figure_stands_with_its_n_and_its_interval(client, analyst):
    version = make_version()
    for value in (10, 9, 8, 0):
        heard(version, recommend=value)
    page = words(client.get(reverse("dashboard")))
    assert "+25" in page
    assert "4 answers" in page
    assert "95 %: −44 to +73" in page
    assert "few answers" in page


def test_a_figure_leads_to_as_many_responses_as_it_says(client, analyst):
    version = make_version()
    for value in (10, 9, 8, 0, 0, None):
        heard(version, **({} if value is None else {"recommend": value}))
    page = client.get(reverse("dashboard")).content.decode()
    address = unescape(re.search(r'href="(/responses/\?[^"]*band=detractors[^"]*)"', page).group(1))
    assert "2 responses" in words(client.get(address))


def test_a_wrong_filter_shows_no_figure_and_says_what_is_wrong(client, analyst):
    heard(make_version(), recommend=9)
    response = client.get(reverse("dashboard"), {"survey": "no-such"})
    assert response.status_code == 400
    assert "“no-such” is not something to choose here." in words(response)
    assert "+100" not in words(response)


def test_research_and_tests_stay_out_and_are_named(client, analyst):
    heard(make_version(), recommend=9)
    heard(make_version("study", purpose="research"), recommend=0)
    heard(make_version("third"), recommend=0, is_test=True)
    page = words(client.get(reverse("dashboard")))
    assert "+100" in page
    assert "Left out of these figures: 1 test , 1 research" in page


def test_an_installation_without_answers_says_what_to_do_next(client, analyst):
    assert "Figures appear here with the first answer." in words(client.get(reverse("dashboard"), {"period": "all"}))


def test_an_empty_period_offers_all_time(client, analyst):
    assert "Look at all time" in words(client.get(reverse("dashboard")))


def test_filters_that_leave_nothing_say_so(client, analyst):
    heard(make_version(), recommend=9)
    make_version("other")
    assert "Nothing fits these filters" in words(client.get(reverse("dashboard"), {"survey": "other"}))


def test_only_research_answers_are_no_empty_programme(client, analyst):
    heard(make_version("study", purpose="research"), recommend=0)
    assert "Only answers that do not count" in words(client.get(reverse("dashboard")))


def test_comments_nobody_could_read_are_counted_apart(client, analyst):
    heard(make_version(), recommend=9, why="ดีมาก", label="")
    page = words(client.get(reverse("dashboard")))
    assert "cannot tell" in page
    assert "1 comment could not be read" in page


def test_the_running_week_is_not_complete(client, analyst):
    heard(make_version(), recommend=9)
    assert "not complete" in words(client.get(reverse("dashboard"), {"period": "last_30", "grain": "week"}))


def test_a_changed_wording_is_marked_on_the_line(client, analyst):
    first = make_version()
    heard(first, recommend=9)
    again = make_version(number=2)
    type(again).objects.filter(pk=again.pk).update(published_at=timezone.now() - timedelta(days=3))
    assert "Visit v2" in words(client.get(reverse("dashboard")))


@pytest.mark.parametrize("page", PAGES)
def test_the_number_of_queries_does_not_grow_with_the_answers(client, analyst, page, django_assert_max_num_queries):
    programme = make_programme()
    now = timezone.now()

    def fill(n):
        for turn in range(n):
            place = (programme.counter, programme.delivery, programme.support)[turn % 3]
            customer = programme.customers[turn % 3]
            invited = invite(programme.visit, at=now - timedelta(days=1), touchpoint=place)
            heard(
                programme.visit, count=False, invitation=invited, touchpoint=place, customer=customer,
                recommend=turn % 11, why="Words.", label="positive",
            )  # fmt: skip
        for back in (0, 1):
            rebuild_day((now - timedelta(days=back)).date(), now=now)

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    fill(6)
    client.get(reverse(page))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(page))
    fill(40)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(page))
    assert len(many) <= len(few)


@pytest.mark.parametrize("page", ["dashboard", "journey_map", "responses"])
def test_no_page_carries_a_style_or_a_script_of_its_own(client, analyst, page):
    make_programme()
    heard(make_version("third"), recommend=9)
    html = client.get(reverse(page)).content.decode()
    assert " style=" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)


def test_reading_figures_changes_no_row(client, analyst):
    heard(make_version(), recommend=9, why="Good.")
    before = list(Rollup.objects.order_by("pk").values_list())
    for page in PAGES:
        client.get(reverse(page))
    assert list(Rollup.objects.order_by("pk").values_list()) == before


def test_what_a_customer_wrote_is_text_and_nothing_else(client, analyst):
    heard(make_version(), recommend=1, why="<script>alert(1)</script>", label="negative")
    for page in ("dashboard", "responses"):
        html = client.get(reverse(page)).content.decode()
        assert "<script>alert(1)" not in html
        assert "&lt;script&gt;alert(1)" in html


def test_the_journey_shows_what_is_not_measured(client, analyst):
    make_touchpoint("Counter", stage="Buy")
    page = words(client.get(reverse("journey_map")))
    assert "0 of 1 touchpoints measured" in page
    assert "no answers in this period" in page


def test_a_journey_that_does_not_exist_is_not_found(client, analyst):
    assert client.get(reverse("journey_map", args=["nowhere"])).status_code == 404


def test_without_a_journey_the_map_says_what_it_would_be(client, analyst):
    assert not Journey.objects.exists()
    assert "No journey yet" in words(client.get(reverse("journey_map")))


def test_the_list_goes_on_where_the_page_before_ended(client, analyst):
    version = make_version()
    made = [heard(version, count=False, recommend=turn % 11).pk for turn in range(65)]
    seen, address = [], reverse("responses")
    while address:
        html = client.get(address).content.decode()
        seen += [int(pk) for pk in re.findall(r'href="/responses/(\d+)/"', html)]
        older = re.search(r'rel="next" href="([^"]+)"', html)
        address = reverse("responses") + unescape(older.group(1)) if older else ""
    assert sorted(seen) == made
    assert seen == sorted(made, reverse=True)


def test_the_list_is_searched_by_words_of_the_comment(client, analyst):
    version = make_version()
    heard(version, recommend=2, why="The parcel was LATE again.")
    heard(version, recommend=9, why="All fine.")
    page = words(client.get(reverse("responses"), {"text": "late"}))
    assert "1 response" in page
    assert "parcel was LATE" in page


def test_an_unfinished_response_is_found_by_its_state(client, analyst):
    heard(make_version(), count=False, recommend=4, submitted=False)
    assert "1 response" in words(client.get(reverse("responses"), {"state": "partial"}))
    assert "No responses in this period" in words(client.get(reverse("responses")))


def test_a_response_shows_a_score_of_zero(client, analyst):
    response = heard(make_version(), recommend=0, why="Never again.")
    page = words(client.get(reverse("response", args=[response.pk])))
    assert "NPS 0 of 10" in page
    assert "Never again." in page


def test_an_anonymous_response_names_neither_customer_nor_minute(client, analyst):
    customer = Customer.objects.create(external_id="C-7", name="Ana Silva")
    response = heard(make_version("secret", is_anonymous=True), recommend=3, customer=customer)
    page = client.get(reverse("response", args=[response.pk])).content.decode()
    assert "Ana Silva" not in page
    assert f"{timezone.localtime(response.submitted_at):%H:%M}" not in words_of_head(page)


def words_of_head(html: str) -> str:
    return re.search(r'class="page-sub">(.*?)</p>', html, flags=re.S).group(1)


def test_a_response_that_does_not_exist_is_not_found(client, analyst):
    assert client.get(reverse("response", args=[404])).status_code == 404
