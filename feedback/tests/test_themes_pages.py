"""What staff see: shares that lead to the very responses, themes beside comments, and who may change them."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.analytics.filters import Filters
from feedback.analytics.selection import how_many, select_responses
from feedback.analytics.themes import read_themes
from feedback.analytics.topics import FEELINGS
from feedback.models import LoggedChange, Reading, Taxonomy, Theme, ThemeMention
from feedback.tests.programme import answer, make_touchpoint, make_version
from feedback.tests.themed import browser_of, make_themes, say, search
from surveys.models import Team
from vocplatform.lib.periods import last_days

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst():
    return browser_of("analyst")


@pytest.fixture
def manager():
    return browser_of("manager")


@pytest.fixture
def spoken():
    """Six people who wrote, at one touchpoint and at none."""
    themes, version, counter = make_themes(), make_version(), make_touchpoint("Counter")
    at = timezone.now()
    say(version, "The staff were lovely but we waited two hours", at=at, recommend=4, touchpoint=counter)
    say(version, "Rude staff", at=at, recommend=1, touchpoint=counter)
    say(version, "The queue was terrible", at=at, recommend=3, touchpoint=counter)
    say(version, "Lovely friendly staff, thank you", at=at, recommend=10)
    say(version, "You should have more staff", at=at, recommend=9)
    say(version, "Good value for money", at=at, recommend=9)
    search()
    return themes


def words(response) -> str:
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def here(**changes) -> Filters:
    return Filters(last_days(30, today=timezone.localdate())).narrowed(**changes)


def figures(**changes):
    filters = here(**changes)
    return {line.theme.slug: line for line in read_themes(filters, filters.period.previous).lines}


def test_a_share_is_of_those_who_wrote_with_its_interval(spoken):
    waiting = figures()["waiting"]
    assert (round(waiting.share.value, 1), waiting.share.n) == (33.3, 6)
    assert waiting.share.interval.low < 33 < waiting.share.interval.high


def test_a_theme_counts_whoever_speaks_of_its_parts(spoken):
    lines = figures()
    assert (lines["staff"].responses, lines["manner"].responses) == (4, 3)


def test_every_count_leads_to_exactly_as_many_responses(spoken):
    for line in figures().values():
        assert select_responses(line.filters).count() == line.responses
        for feeling in line.feelings:
            rows = select_responses(line.filters.narrowed(feeling=feeling.band.key))
            assert rows.count() == feeling.count
        assert sum(feeling.count for feeling in line.feelings) == line.responses
    assert figures()["staff"].feelings


def test_who_praises_and_blames_the_same_theme_is_found_among_the_mixed_and_nowhere_else(spoken):
    now = timezone.now()
    both = say(make_version("both"), "The staff were lovely and friendly", more="Rude staff, terrible", at=now)
    search()
    line = figures()["staff"]
    found = {each.band.key: each for each in line.feelings}
    rows = {key: select_responses(line.filters.narrowed(feeling=key)) for key in found}
    assert [key for key in rows if rows[key].filter(pk=both.pk).exists()] == ["mixed"]
    assert {key: rows[key].count() for key in rows} == {key: each.count for key, each in found.items()}


def test_every_ask_leads_to_exactly_as_many_responses(spoken):
    asks = read_themes(here(), here().period.previous).asks
    assert sum(ask.count for ask in asks) == 6
    for ask in asks:
        assert select_responses(here(intent=ask.intent)).count() == ask.count


def test_a_wish_leads_to_the_promoter_who_has_it(client, spoken, analyst):
    line = figures()["staff"]
    assert line.wishes == 1
    page = analyst.get(reverse("responses") + "?" + line.wish_rows)
    assert "You should have more staff" in words(page)
    assert "1 response" in words(page)


def test_the_list_of_many_knows_its_number_from_the_roll_ups(spoken, monkeypatch):
    monkeypatch.setattr("feedback.analytics.selection.EXACT_UP_TO", 1)
    for feeling in ("", *FEELINGS):
        filters = here(theme="staff", feeling=feeling)
        assert how_many(select_responses(filters), filters).n == select_responses(filters).count()


def test_filters_narrow_themes_as_they_narrow_everything_else(spoken):
    assert figures(touchpoint="counter")["waiting"].share.n == 3
    assert figures(touchpoint="-")["staff"].responses == 2
    assert figures(channel="email")["staff"].share.state == "cannot_tell"


def test_a_change_needs_more_than_a_few_answers(spoken):
    assert figures()["staff"].shift.turn == "cannot_tell"


def test_the_page_shows_shares_pains_wishes_and_what_is_asked(spoken, analyst):
    said = words(analyst.get(reverse("themes")))
    assert "33 % 2 of 6" in said
    assert "Where it hurts most" in said
    assert "What promoters wish for 2 suggestions" not in said
    assert "Shares are of 6 people who wrote a comment that could be searched." in said


def test_the_filter_for_themes_without_an_owner_leaves_those_of_a_team_out(spoken, analyst):
    team = Team.objects.create(name="Front desk", slug="front-desk")
    Theme.objects.filter(slug="waiting").update(owner_team=team)
    page = analyst.get(reverse("themes") + "?owner=-")
    assert [line.theme.slug for line in page.context["page"]] == ["staff", "manner"]
    assert "without an owner (2)" in words(page)


def test_the_number_of_queries_does_not_grow_with_themes_and_answers(spoken, analyst):
    analyst.get(reverse("themes"))
    with CaptureQueriesContext(connection) as few:
        analyst.get(reverse("themes"))
    version = make_version("more")
    for place in range(4):
        Theme.objects.create(name=f"T{place}", slug=f"t{place}")
        say(version, "Lovely staff, short queue")
    search()
    with CaptureQueriesContext(connection) as many:
        analyst.get(reverse("themes"))
    assert len(many) == len(few)


def test_a_theme_has_its_own_page_with_trend_places_and_words(spoken, analyst):
    page = analyst.get(reverse("theme", args=["staff"]))
    said = words(page)
    assert "Counter Shop: Use" in said
    assert "Without a touchpoint" in said
    assert "4 of 6 who wrote" in said
    assert '<span class="word word-theme" title="Manner">lovely</span>' in page.content.decode()
    assert "Good value for money" not in said


def test_what_changed_is_drawn_on_the_trend_of_a_theme_and_stands_in_its_table(spoken, analyst):
    LoggedChange.objects.create(kind="outage", on=timezone.localdate(), text="Phones were down")
    html = analyst.get(reverse("theme", args=["staff"])).content.decode()
    assert html.count("Phones were down") == 3  # on the axis, in the list and in the table


def test_there_is_no_page_of_a_theme_that_is_switched_off(spoken, analyst):
    Theme.objects.filter(slug="staff").update(is_active=False)
    assert analyst.get(reverse("theme", args=["staff"])).status_code == 404
    assert analyst.get(reverse("theme", args=["manner"])).status_code == 404


@pytest.mark.parametrize("slug", ["staff", "waiting"])
def test_the_trend_of_a_theme_adds_up_to_its_share(spoken, analyst, slug):
    story = analyst.get(reverse("theme", args=[slug])).context["story"]
    points = [point.figure for point in story.points if point.figure.is_known]
    assert sum(round(point.value * point.n / 100) for point in points) == story.line.responses


def test_a_response_shows_its_themes_and_the_words_they_were_found_by(spoken, analyst):
    response = ThemeMention.objects.filter(theme=spoken["waiting"]).first().response
    page = analyst.get(reverse("response", args=[response.pk])).content.decode()
    assert f'href="{reverse("theme", args=["waiting"])}"' in page
    assert re.search(r'word-theme" title="Waiting[^"]*">waited<', page)


def test_the_list_of_responses_can_be_narrowed_to_a_theme_and_what_is_asked(spoken, analyst):
    address = reverse("responses")
    assert "2 responses" in words(analyst.get(f"{address}?theme=waiting&feeling=negative"))
    assert "1 response" in words(analyst.get(f"{address}?intent=suggestion"))
    assert analyst.get(f"{address}?theme=nothing").status_code == 400
    assert analyst.get(f"{address}?feeling=negative").status_code == 400
    assert analyst.get(f"{address}?intent=love").status_code == 400


def test_the_export_holds_the_same_responses(spoken, analyst):
    sent = analyst.get(reverse("responses_csv") + "?theme=waiting")
    assert b"".join(sent.streaming_content).count(b"\r\n") == 3


def test_an_installation_without_themes_says_so_and_begins_with_one_click(analyst, manager):
    assert "There are no themes yet" in words(analyst.get(reverse("themes")))
    assert analyst.post(reverse("themes_begin")).status_code == 403
    page = manager.post(reverse("themes_begin"), follow=True)
    assert "themes were added" in words(page)
    assert Theme.objects.filter(slug="waiting").exists()


def test_a_period_without_comments_says_so(spoken, analyst):
    said = words(analyst.get(reverse("themes") + "?first=2001-01-01&last=2001-01-31"))
    assert "Nobody wrote a comment in this period" in said


def test_while_comments_are_searched_the_page_says_that_figures_follow(spoken, analyst):
    Taxonomy.objects.update(changed_at=timezone.now(), searched_at=None)
    assert "figures will follow" in words(analyst.get(reverse("themes")))


def test_fewer_than_five_anonymous_mentions_are_hidden():
    make_themes()
    secret = make_version("secret", is_anonymous=True)
    for text in ("queue", "staff", "staff", "staff", "staff", "staff"):
        say(secret, text, at=timezone.now())
    search()
    lines = figures()
    assert (lines["waiting"].share.state, lines["waiting"].responses, lines["waiting"].feelings) == ("hidden", 0, ())
    assert lines["staff"].share.is_known


def test_a_comment_that_no_words_can_be_looked_for_in_is_named_and_not_counted(analyst, spoken):
    say(make_version("other"), "Das war leider wirklich gar nicht gut und wir kommen nicht wieder.", at=timezone.now())
    search()
    said = words(analyst.get(reverse("themes")))
    assert "Shares are of 6 people" in said
    assert "1 wrote in a language for which no theme has words" in said


def test_a_segment_is_counted_from_the_rows_as_the_roll_ups_would(spoken, monkeypatch):
    from feedback.analytics import themes as module

    filters = here()
    kept = module.read_tallies(filters, filters.period)
    live = module._counted_live(filters, (), None)
    assert dict(live) == dict(kept)


def test_a_response_without_a_comment_counts_nowhere(spoken):
    answer(make_version("plain"), at=timezone.now(), recommend=3)
    search()
    assert figures()["staff"].share.n == 6
    assert Reading.Intent.values[0] == "response_needed"


def test_the_api_gives_the_numbers_of_the_page(spoken, analyst):
    body = analyst.get("/api/v1/themes").json()
    waiting = next(line for line in body["themes"] if line["theme"] == "waiting")
    shown = figures()["waiting"]
    assert (waiting["responses"], waiting["share"]["value"], waiting["share"]["n"]) == (2, shown.share.value, 6)
    assert waiting["feelings"] == {feeling.band.key: feeling.count for feeling in shown.feelings}
    assert (body["commented"], body["searched"], sum(body["asks"].values())) == (6, 6, 6)
    assert analyst.get("/api/v1/themes?tuchpoint=x").status_code == 400


def test_the_api_gives_each_answer_with_its_themes(spoken, analyst):
    results = analyst.get("/api/v1/responses").json()["results"]
    themes = [each["theme"] for row in results for answer in row["answers"] for each in answer["themes"]]
    assert sorted(themes) == sorted(ThemeMention.objects.values_list("theme__slug", flat=True))
