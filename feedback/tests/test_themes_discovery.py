"""Phrases that rise: found where they were planted, and not where nothing changes; and what is decided about them."""

import random
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback import tasks
from feedback.models import Answer, Reading, Response, Taxonomy, Theme, ThemeMention, ThemeSuggestion
from feedback.services import discovery
from feedback.services.themes import find_backlog
from feedback.tests.programme import make_version
from feedback.tests.themed import browser_of, make_themes
from feedback.themes.phrases import phrases_of
from feedback.themes.rising import Rise, clusters, log_odds_z, rising

NEW = (
    "The parcel locker did not open",
    "Your parcel locker is broken again",
    "I stood at the parcel locker in the rain",
)
OLD = (
    "The queue was long",
    "Lovely staff and a warm soup",
    "The ticket machine took my card",
    "A nice afternoon there",
)


def test_phrases_are_topics_and_neither_feelings_nor_small_words():
    assert phrases_of("The parcel locker was terrible and very slow!") == {"parcel locker", "parcel", "locker"}


def test_a_phrase_does_not_reach_over_a_mark():
    assert "locker rain" not in phrases_of("A locker. Rain came")


def test_a_phrase_whose_own_words_belong_to_a_theme_is_left_out():
    text = "the parcel locker"
    assert phrases_of(text, [(4, 10)]) == {"parcel locker", "locker"}
    assert phrases_of(text, [(4, 17)]) == set()


def test_log_odds_agree_with_the_published_formula_written_out():
    from math import log, sqrt

    y1, n1, y2, n2, prior = 12, 400, 20, 1600, 100
    a, rest = prior * 32 / 2000, prior * 1968 / 2000
    delta = log((y1 + a) / (n1 - y1 + rest)) - log((y2 + a) / (n2 - y2 + rest))
    spread = sqrt(1 / (y1 + a) + 1 / (n1 - y1 + rest) + 1 / (y2 + a) + 1 / (n2 - y2 + rest))
    assert log_odds_z(y1, n1, y2, n2) == pytest.approx(delta / spread)


def test_where_nothing_changes_hardly_ever_anything_rises():
    dice = random.Random(3)
    wrong = 0
    for _month in range(30):
        shares = [0.002 + 0.06 * dice.random() ** 3 for _ in range(150)]
        now = {str(place): _hits(dice, 500, share) for place, share in enumerate(shares)}
        before = {str(place): _hits(dice, 2500, share) for place, share in enumerate(shares)}
        wrong += bool(rising(now, 500, before, 2500))
    assert wrong <= 4


def _hits(dice: random.Random, n: int, share: float) -> int:
    """A binomial number by its normal approximation with a Poisson for small means: quick, and good enough here."""
    mean = n * share
    if mean < 30:
        total, hits = dice.expovariate(1), 0
        while total < mean:
            total, hits = total + dice.expovariate(1), hits + 1
        return hits
    return max(0, round(dice.gauss(mean, (mean * (1 - share)) ** 0.5)))


def test_what_was_planted_rises_and_the_clearest_stands_first():
    now = {"locker": 40, "queue": 60, "ticket": 30}
    before = {"locker": 10, "queue": 300, "ticket": 140}
    assert [rise.phrase for rise in rising(now, 500, before, 2500)] == ["locker"]


def test_phrases_of_the_same_comments_are_one_matter_named_by_the_longest_clear_one():
    rises = [Rise("locker", 9, 0, 6.0, 0.0), Rise("parcel locker", 8, 0, 5.5, 0.0), Rise("soup", 9, 0, 5.0, 0.0)]
    said_in = {"locker": set(range(9)), "parcel locker": set(range(8)), "soup": set(range(20, 29))}
    groups = clusters(rises, said_in)
    assert [[rise.phrase for rise in group] for group in groups] == [["parcel locker", "locker"], ["soup"]]


@pytest.fixture
def planted(db):
    """Half a year of the same comments, and since three weeks a parcel locker in every third."""
    themes, version, now = make_themes(), make_version(), timezone.now()
    rows, texts = [], []
    for place in range(240):
        age = timedelta(days=place % 170)
        is_new = age < timedelta(days=21) and place % 3 == 0
        texts.append((NEW if is_new else OLD)[place % (3 if is_new else 4)])
        at = now - age - timedelta(minutes=5)
        fields = {"survey": version.survey, "version": version, "locale": "en"}
        rows.append(Response(started_at=at, submitted_at=at, scored_at=at, **fields))
    Response.objects.bulk_create(rows)
    Answer.objects.bulk_create(
        Answer(response=row, question_key="why", kind="text", text=text) for row, text in zip(rows, texts, strict=True)
    )
    Reading.objects.bulk_create(
        Reading(
            answer=answer,
            engine="test",
            engine_version="1",
            status="scored",
            label="neutral",
            compound=0.0,
            language="en",
        )
        for answer in Answer.objects.all()
    )
    find_backlog(now=timezone.now())
    return themes


def test_a_planted_matter_is_suggested_with_its_numbers_and_examples(planted):
    assert discovery.discover_themes(now=timezone.now()) == 1
    found = ThemeSuggestion.objects.get()
    assert found.phrase == "parcel locker"
    assert (found.mentions_before, found.language) == (0, "en")
    assert found.mentions == sum("parcel locker" in text for text in Answer.objects.values_list("text", flat=True))
    assert all("locker" in Answer.objects.get(pk=pk).text for pk in found.examples)


def test_what_a_theme_catches_already_is_not_suggested(planted):
    manager = browser_of("manager")
    discovery.discover_themes(now=timezone.now())
    row = ThemeSuggestion.objects.get()
    manager.post(reverse("theme_decide", args=[row.pk, "accept"]), {f"accept-{row.pk}-name": "Parcel lockers"})
    find_backlog(now=timezone.now())
    assert discovery.discover_themes(now=timezone.now()) == 0


def test_accepted_it_is_a_theme_found_in_what_was_said_before(planted):
    manager = browser_of("manager")
    discovery.discover_themes(now=timezone.now())
    row = ThemeSuggestion.objects.get()
    page = manager.post(reverse("theme_decide", args=[row.pk, "accept"]), {f"accept-{row.pk}-name": "Parcel lockers"})
    assert page.url == reverse("theme_suggestions")
    find_backlog(now=timezone.now())
    theme = Theme.objects.get(slug="parcel-lockers")
    assert ThemeMention.objects.filter(theme=theme).count() == row.mentions
    row.refresh_from_db()
    assert (row.status, row.theme, row.decided_by.username) == ("accepted", theme, "manager")


def test_merged_its_words_belong_to_the_theme(planted):
    manager = browser_of("manager")
    discovery.discover_themes(now=timezone.now())
    row = ThemeSuggestion.objects.get()
    waiting = planted["waiting"]
    manager.post(reverse("theme_decide", args=[row.pk, "merge"]), {f"merge-{row.pk}-theme": waiting.pk})
    assert "parcel locker" in waiting.rules.get().words.splitlines()
    find_backlog(now=timezone.now())
    assert ThemeMention.objects.filter(theme=waiting, answer__text=NEW[0]).exists()


def test_dismissed_it_is_never_suggested_again(planted):
    manager = browser_of("manager")
    discovery.discover_themes(now=timezone.now())
    row = ThemeSuggestion.objects.get()
    manager.post(reverse("theme_decide", args=[row.pk, "dismiss"]))
    assert discovery.discover_themes(now=timezone.now()) == 0


def test_what_somebody_else_decided_meanwhile_is_answered_with_a_conflict(planted):
    manager = browser_of("manager")
    discovery.discover_themes(now=timezone.now())
    row = ThemeSuggestion.objects.get()
    manager.post(reverse("theme_decide", args=[row.pk, "dismiss"]))
    late = manager.post(reverse("theme_decide", args=[row.pk, "accept"]), {f"accept-{row.pk}-name": "Lockers"})
    assert late.status_code == 409
    assert not Theme.objects.filter(name="Lockers").exists()


def test_a_name_that_is_taken_is_refused_beside_the_field(planted):
    manager = browser_of("manager")
    discovery.discover_themes(now=timezone.now())
    row = ThemeSuggestion.objects.get()
    page = manager.post(reverse("theme_decide", args=[row.pk, "accept"]), {f"accept-{row.pk}-name": "waiting"})
    assert page.status_code == 400
    assert "There is a theme of this name already" in page.content.decode()


def test_the_page_shows_the_suggestion_and_only_a_manager_may_decide(planted):
    discovery.discover_themes(now=timezone.now())
    row = ThemeSuggestion.objects.get()
    analyst, manager = browser_of("analyst"), browser_of("manager")
    seen = analyst.get(reverse("theme_suggestions")).content.decode()
    assert "“parcel locker”" in seen
    assert "Make it a theme" not in seen
    assert "Make it a theme" in manager.get(reverse("theme_suggestions")).content.decode()
    assert analyst.post(reverse("theme_decide", args=[row.pk, "dismiss"])).status_code == 403
    assert analyst.post(reverse("theme_discover")).status_code == 403


def test_nobody_decides_by_following_a_link(planted):
    discovery.discover_themes(now=timezone.now())
    manager = browser_of("manager")
    address = reverse("theme_decide", args=[ThemeSuggestion.objects.get().pk, "dismiss"])
    assert manager.get(address).status_code == 405
    assert ThemeSuggestion.objects.waiting().exists()


def test_the_clock_looks_once_a_month(planted):
    tasks.discover_themes()
    ThemeSuggestion.objects.all().delete()
    tasks.discover_themes()
    assert not ThemeSuggestion.objects.exists()
    Taxonomy.objects.update(discovered_at=timezone.now() - timedelta(days=31))
    tasks.discover_themes()
    assert ThemeSuggestion.objects.count() == 1


@pytest.mark.django_db
def test_without_comments_before_nothing_can_rise():
    assert discovery.discover_themes(now=timezone.now()) == 0
