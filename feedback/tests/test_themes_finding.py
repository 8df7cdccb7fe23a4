"""From a scored comment to its mentions, and when it is searched again."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from feedback import tasks
from feedback.models import CommentRollup, Correction, Taxonomy, Theme, ThemeMention, ThemeRule
from feedback.services import scoring, taxonomy
from feedback.services.edits import edit_response
from feedback.services.erasure import erase_customer
from feedback.services.rollups import rebuild_day, rebuild_waiting, recount_rollups
from feedback.services.themes import find_again, find_in_response, is_anybody_waiting
from feedback.tests.programme import NOW, make_version
from feedback.tests.themed import make_theme, make_themes, say, search
from feedback.themes import match
from surveys.definition.schema import read_definition
from surveys.models import Customer
from vocplatform.lib.periods import Period

pytestmark = pytest.mark.django_db
DAY = NOW.date()


@pytest.fixture
def themes():
    return make_themes()


@pytest.fixture
def version():
    return make_version()


def heard(response) -> dict[str, str]:
    return dict(ThemeMention.objects.filter(response=response).values_list("theme__slug", "label"))


def test_praise_for_the_staff_is_not_praise_for_the_queue(themes, version):
    response = say(version, "The staff were lovely but we waited two hours")
    search()
    assert heard(response) == {"staff": "positive", "manner": "positive", "waiting": "negative"}


def test_a_comment_of_one_clause_sounds_as_it_was_read_with_its_score(themes, version):
    response = say(version, "The staff were lovely", recommend=10)
    search()
    mention = ThemeMention.objects.get(response=response, theme=themes["staff"])
    reading = mention.answer.readings.get(is_current=True)
    assert (mention.label, mention.compound) == (reading.label, reading.compound)


def test_a_comment_that_cannot_be_searched_keeps_no_other_from_it(themes, version, monkeypatch):
    poison, other = say(version, "poison in the queue"), say(version, "The staff were lovely")
    scan = match.scan
    monkeypatch.setattr(match, "scan", lambda text: 1 / 0 if "poison" in text else scan(text))
    search()
    assert (heard(poison), heard(other)) == ({}, {"staff": "positive", "manner": "positive"})
    assert not is_anybody_waiting()


def test_a_mention_keeps_its_words_its_rule_and_the_version_of_the_themes(themes, version):
    response = say(version, "It took us three hours")
    search()
    mention = ThemeMention.objects.get(response=response)
    assert [mention.answer.text[start:end] for start, end in mention.spans] == ["took", "hours"]
    assert mention.rule.theme == themes["waiting"]
    assert mention.taxonomy_version == Taxonomy.objects.get().number


def test_searching_twice_writes_the_same_rows_once(themes, version):
    response = say(version, "The queue was long")
    search()
    before = list(ThemeMention.objects.values_list("theme", "label", "spans"))
    assert not find_in_response(response.pk, now=timezone.now())
    find_again([response.pk], now=timezone.now())
    assert list(ThemeMention.objects.values_list("theme", "label", "spans")) == before


def test_a_response_that_is_not_scored_yet_is_left_alone(themes, version):
    response = say(version, "The queue was long")
    type(response).objects.filter(pk=response.pk).update(scored_at=None)
    assert not find_in_response(response.pk, now=timezone.now())


def test_a_changed_answer_is_searched_anew(themes, version):
    response = say(version, "The queue was long")
    search()
    edit_response(response.pk, read_definition(version.definition), {"why": "Rude staff"}, now=timezone.now())
    scoring.score_response(response.pk, now=timezone.now())
    search()
    assert set(heard(response)) == {"staff", "manner"}


def test_a_new_theme_is_found_in_what_was_said_before(themes, version):
    response = say(version, "The queue was long and the coffee cold")
    search()
    make_theme("Coffee", "coffee")
    taxonomy.note_change(now=timezone.now())
    assert is_anybody_waiting()
    search()
    assert set(heard(response)) == {"waiting", "coffee"}
    assert not is_anybody_waiting()


def test_after_the_search_nobody_looks_through_old_responses_again(themes, version, django_assert_max_num_queries):
    say(version, "The queue was long")
    say(version, "")
    search()
    taxonomy.note_change(now=timezone.now())
    search()
    assert not is_anybody_waiting()
    with django_assert_max_num_queries(2):
        tasks.sweep_unthemed()


def test_a_theme_that_is_switched_off_is_no_longer_found_nor_are_its_parts(themes, version):
    response = say(version, "Lovely staff, but we waited")
    search()
    Theme.objects.filter(slug="staff").update(is_active=False)
    taxonomy.note_change(now=timezone.now())
    search()
    assert set(heard(response)) == {"waiting"}


def test_a_correction_changes_how_the_theme_sounds(themes, version, django_user_model):
    response = say(version, "The queue was long")
    search()
    reader = django_user_model.objects.create_user("mia")
    mention = ThemeMention.objects.get()
    assert mention.label == "negative"
    Correction.objects.create(answer=mention.answer, label="neutral", corrected_by=reader)
    find_again([response.pk], now=timezone.now())
    assert heard(response) == {"waiting": "neutral"}


def test_a_comment_in_another_language_is_searched_only_by_words_of_its_language(themes, version):
    ThemeRule.objects.create(theme=themes["waiting"], language="de", words="wartezeit*")
    taxonomy.note_change(now=NOW)
    german = say(version, "Die Wartezeiten sind leider sehr lang und das Personal war auch nicht freundlich.")
    search()
    assert heard(german) == {"waiting": ""}


def test_after_an_erasure_the_mentions_still_count_but_show_no_words(themes, version):
    customer = Customer.objects.create(external_id="C-1", name="Ana")
    response = say(version, "The queue was long", customer=customer)
    search()
    erase_customer(customer.pk)
    find_again([response.pk], now=timezone.now())
    mention = ThemeMention.objects.get()
    assert (mention.theme.slug, mention.spans) == ("waiting", [])


def test_the_worker_finds_and_counts_in_one_go(themes, version):
    response = say(version, "The queue was long")
    tasks.find_themes(response.pk)
    assert CommentRollup.objects.get(about="theme").responses == 1


def test_the_sweep_finds_what_a_lost_message_left_behind(themes, version):
    response = say(version, "The queue was long")
    tasks.sweep_unthemed()
    assert heard(response) == {"waiting": "negative"}


def test_the_command_searches_what_waits_and_with_all_everything(themes, version, capsys):
    say(version, "The queue was long")
    call_command("find_themes")
    assert "1 responses searched" in capsys.readouterr().out
    call_command("find_themes")
    assert "0 responses searched" in capsys.readouterr().out
    call_command("find_themes", "--all")
    assert "1 responses searched" in capsys.readouterr().out


def counted(about: str = "theme") -> dict[str, int]:
    rows = CommentRollup.objects.filter(about=about, standing="counted")
    names = {str(theme.pk): theme.slug for theme in Theme.objects.all()}
    return {names.get(row.subject, row.subject): row.responses for row in rows}


def test_a_response_counts_once_per_theme_and_once_for_the_theme_above(themes, version):
    say(version, "The staff were friendly. Lovely staff, really friendly!")
    say(version, "Rude")
    search()
    assert counted() == {"staff": 2, "manner": 2}
    assert counted("commented") == counted("searched") == {"": 2}


def test_two_comments_of_one_response_on_one_theme_are_mixed_where_they_disagree(themes, version):
    say(version, "The staff were lovely and friendly", more="Rude staff, terrible")
    search()
    row = CommentRollup.objects.get(about="theme", subject=str(themes["staff"].pk))
    assert (row.responses, row.bin_2) == (1, 1)


def test_a_comment_in_a_language_without_words_is_no_comment_without_a_theme(themes, version):
    say(version, "Das war leider wirklich nicht gut, wir haben uns sehr geärgert und kommen nicht wieder.")
    search()
    assert counted("commented") == {"": 1}
    assert counted("searched") == {}


def test_a_suggestion_by_a_promoter_is_counted_as_a_wish(themes, version):
    say(version, "You should have more staff", recommend=10)
    say(version, "You should have more staff", recommend=6)
    search()
    assert CommentRollup.objects.get(subject=str(themes["staff"].pk)).wishes == 1


def test_the_most_urgent_of_what_a_response_asks_is_what_counts(themes, version):
    say(version, "Thank you, lovely staff", more="Please call me back about my refund")
    search()
    assert counted("intent") == {"response_needed": 1}


def test_counting_a_day_anew_gives_what_the_buckets_gave(themes, version):
    for text in ("The staff were lovely but we waited", "queue", "nothing to say here", "You should hire staff"):
        say(version, text, recommend=9)
    search()
    before = sorted(CommentRollup.objects.values_list("about", "subject", "responses", "wishes", "bin_0", "bin_3"))
    rebuild_day(DAY, now=NOW)
    assert sorted(CommentRollup.objects.values_list("about", "subject", "responses", "wishes", "bin_0", "bin_3")) == (
        before
    )


def test_the_nightly_recount_notices_and_repairs_a_wrong_count(themes, version):
    say(version, "queue")
    search()
    CommentRollup.objects.filter(about="theme").update(responses=7)
    assert recount_rollups(Period(DAY, DAY), now=NOW).wrong == 1
    assert counted() == {"waiting": 1}
    assert recount_rollups(Period(DAY, DAY), now=NOW).wrong == 0


def test_a_rescored_response_waits_for_a_new_search(themes, version):
    response = say(version, "queue")
    search()
    scoring.rescore([response.pk], now=timezone.now() + timedelta(minutes=1))
    assert is_anybody_waiting()


def test_loading_a_pack_twice_adds_nothing_and_leaves_what_was_changed(db):
    made = taxonomy.load_pack("general", now=NOW)
    assert {theme.slug for theme in made} >= {"staff", "staff-manner", "waiting"}
    Theme.objects.filter(slug="waiting").update(name="Speed")
    number = Taxonomy.objects.get().number
    assert taxonomy.load_pack("general", now=NOW) == []
    assert Theme.objects.get(slug="waiting").name == "Speed"
    assert Taxonomy.objects.get().number == number


def test_an_installation_with_themes_of_its_own_gets_none_by_default(themes):
    taxonomy.ensure_themes(now=NOW)
    assert Theme.objects.count() == len(themes)
    assert not rebuild_waiting()
