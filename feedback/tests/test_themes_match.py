"""The pure part: how a rule is read, what it finds, and how a comment falls into clauses."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.themes.clauses import clauses
from feedback.themes.match import Rule, Taxonomy, scan
from feedback.themes.packs import ORDER, NoSuchPack, packs, read_pack
from feedback.themes.syntax import BadRule, Line, read_rule


def find(words: str, text: str, language: str = "en") -> list[str]:
    taxonomy = Taxonomy([Rule(1, 1, "", tuple(read_rule(words)))])
    return [text[hit.start : hit.end] for hit in taxonomy.find(text, language)]


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("queue", "The Queue was long.", ["Queue"]),
        ("queue", "Three queues.", []),
        ("queue*", "Three queues.", ["queues"]),
        ("on hold", "I was on hold, then on a hold list.", ["on hold"]),
        ("wait* time*", "The waiting times are bad.", ["waiting times"]),
        ("wi-fi", "No Wi-Fi here", ["Wi-Fi"]),
        ("don't know", "They don’t know.", ["don’t know"]),
        ("a, b", "b before a", ["b", "a"]),
        ("👎", "Well 👎", ["👎"]),
        ("a b, b c", "a b c", ["a b"]),
        ("# nothing here\nqueue # a remark", "a queue", ["queue"]),
        ("straße", "Die Straße", ["Straße"]),
    ],
)
def test_words_phrases_and_stems_are_found_where_they_stand(words, text, found):
    assert find(words, text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I rang and nobody answered", ["rang", "answered"]),
        ("They answered when I rang", ["answered", "rang"]),
        ("I rang one two three four five six answered", ["rang", "answered"]),
        ("I rang one two three four five six seven answered", []),
        ("I rang. They answered.", []),
        ("I rang", []),
    ],
)
def test_near_means_within_six_words_of_the_same_sentence(text, found):
    assert find("rang NEAR answer*", text) == found


def test_not_holds_for_its_sentence_and_no_other():
    assert find("wait* NOT can't wait", "I can't wait to come back.") == []
    assert find("wait* NOT can't wait", "We waited. I can't wait to come back.") == ["waited"]


def test_a_rule_with_a_language_reads_no_other():
    taxonomy = Taxonomy([Rule(1, 1, "de", tuple(read_rule("gift")))])
    assert taxonomy.find("a gift", "en") == []
    assert len(taxonomy.find("das Gift", "de")) == 1
    assert taxonomy.reads("de")
    assert not taxonomy.reads("en")
    assert not taxonomy.reads("")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("queue NEAR", "Line 1: Words are missing"),
        ("ok\nNOT queue", "Line 2: Words are missing"),
        ("wa*", "Line 1: Write at least 3 letters"),
        ("queue,, line", "Line 1: There is a comma"),
        ("a NOT b NOT c", "Line 1: NOT comes last"),
        ("!!!", "is not a word"),
        ("one two three four five six seven", "A phrase may have 6 words"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_with_its_number_and_the_reason(words, says):
    with pytest.raises(BadRule, match=says):
        read_rule(words)


def test_an_empty_rule_finds_nothing():
    assert read_rule(" \n# only a remark\n") == []
    assert find("", "anything") == []


def test_a_line_holds_its_groups_and_its_exceptions():
    assert read_rule("call, phone NEAR wait*, on hold NOT call back") == [
        Line(((("call",), ("phone",)), (("wait*",), ("on", "hold"))), (("call", "back"),))
    ]


def parts(text: str) -> list[str]:
    return [text[start:end] for start, end in clauses(scan(text))]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("staff lovely but waited two hours", ["staff lovely", "but waited two hours"]),
        ("Good. Bad!", ["Good.", "Bad!"]),
        ("Friendly, quick and clean.", ["Friendly, quick and clean."]),
        ("the room was small, the bed was hard", ["the room was small,", "the bed was hard"]),
        ("the waiting time, which was long", ["the waiting time, which was long"]),
        ("the doctor was kind and I waited for hours", ["the doctor was kind and", "I waited for hours"]),
        ("...", []),
    ],
)
def test_a_comment_falls_into_its_clauses(text, cut):
    assert parts(text) == cut


@given(st.text(max_size=200))
def test_no_text_is_too_odd_and_each_word_lies_in_exactly_one_clause(text):
    seen = scan(text)
    found = clauses(seen)
    assert all(a[1] <= b[0] for a, b in pairwise(found))
    spoken = [place for word, place in zip(seen.words, seen.places, strict=True) if word[0].isalnum()]
    assert all(sum(start <= place[0] < end for start, end in found) == 1 for place in spoken)


@given(st.text(alphabet="abcdefgh .,;", max_size=80))
def test_hits_of_one_theme_never_overlap_and_lie_inside_the_text(text):
    taxonomy = Taxonomy([Rule(1, 1, "", tuple(read_rule("abc*\nbc d, a b\ncd NEAR ab")))])
    hits = taxonomy.find(text)
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)
    assert all(a.end <= b.start for a, b in pairwise(hits))


def test_every_pack_can_be_read_and_no_two_packs_quarrel_over_a_short_name():
    shipped = packs()
    assert [pack.key for pack in shipped] == list(ORDER)
    every = [theme for pack in shipped for theme in pack.every_theme()]
    assert len({theme.key for theme in every}) == len(every)
    assert all(read_rule(theme.words) for theme in every)
    with pytest.raises(NoSuchPack):
        read_pack("../general")


@pytest.mark.parametrize(
    ("pack", "text", "themes"),
    [
        ("general", "Staff lovely but waited two hours", {"staff", "staff-manner", "waiting"}),
        ("general", "Nobody answers the phone", {"on-hold"}),
        ("general", "The toilets were filthy", {"toilets", "cleanliness"}),
        ("general", "I can't wait to come back", set()),
        ("retail", "My parcel arrived three days late", {"delivery", "delivery-time"}),
        ("travel", "You lost my bag", {"luggage", "luggage-lost"}),
        ("financial", "My card was declined again", {"cards", "card-blocked"}),
        ("insurance", "They refused to pay my claim", {"claims", "claim-refused"}),
        ("healthcare", "Nobody explained the side effects of my tablets", {"medication"}),
        ("saas", "The app crashes when I export a report", {"reliability", "features"}),
        ("saas", "Full of ads since the last update", {"adverts", "updates"}),
        ("retail", "It broke after a week and the straps dig in", {"product-lasting", "product-fit"}),
        ("hospitality", "The waiter forgot our drinks", {"serving", "food-drink"}),
        ("hospitality", "Lovely bed but thin walls and a cold breakfast", {"room", "sleep-noise", "breakfast"}),
        ("utilities", "No signal at home and the router keeps dropping", {"coverage", "devices"}),
        ("utilities", "The engineer never came to fit the smart meter", {"engineers", "meters"}),
        ("public", "My application took months", {"applications", "processing-time"}),
    ],
)
def test_the_words_we_ship_find_what_customers_write(pack, text, themes):
    planned = list(read_pack(pack).every_theme())
    taxonomy = Taxonomy(Rule(place, 0, "", tuple(read_rule(theme.words))) for place, theme in enumerate(planned))
    assert {planned[hit.theme].key for hit in taxonomy.find(text, "en")} == themes
