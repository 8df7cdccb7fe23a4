import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.sentiment.redact import hidden_kinds, redact

CORPUS = Path(__file__).parent / "data" / "personal_data.tsv"
MARKED = re.compile(r"\{([^}]*)\}")


def corpus() -> list[tuple[str, list[str], str]]:
    """Kind (- for nothing personal), what is marked in braces, and the sentence after redaction."""
    rows = [line.split("\t") for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    return [(kind, MARKED.findall(text), redact(MARKED.sub(r"\1", text))) for kind, text in rows]


def test_of_200_sentences_at_least_95_in_100_personal_numbers_and_addresses_are_found():
    rows = corpus()
    personal = [(marked, kept) for kind, marks, kept in rows if kind != "-" for marked in marks]
    missed = [pair for pair in personal if pair[0] in pair[1]]
    assert len(rows) >= 200 and len(personal) >= 100
    assert len(missed) <= 0.05 * len(personal), missed


def test_each_kind_is_named_for_what_it_is():
    named = [(kind, kept) for kind, _, kept in corpus() if kind not in {"-", "url"}]
    wrong = [kept for kind, kept in named if hidden_kinds(kept) != [kind]]
    assert len(wrong) <= 0.05 * len(named), wrong


def test_at_most_one_in_100_order_numbers_dates_and_amounts_is_hidden():
    harmless = [(marked, kept) for kind, marks, kept in corpus() if kind == "-" for marked in marks]
    hidden = [pair for pair in harmless if pair[0] not in pair[1]]
    assert len(harmless) >= 100 and len(hidden) <= 0.01 * len(harmless), hidden


@pytest.mark.parametrize(
    "opening", ["Order {}", "order number {} is late", "booking {}", "Where is #{}?", "{} is late"]
)
def test_at_most_one_in_100_order_numbers_of_any_length_is_hidden(opening):
    dice = random.Random(7)
    numbers = ["".join(dice.choices("0123456789", k=dice.randint(6, 14))) for _ in range(1000)]
    hidden = [number for number in numbers if number not in redact(opening.format(number))]
    assert len(hidden) <= 10, hidden


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Write to jo.bloggs+x@mail.example.co.uk please", "Write to [email] please"),
        ("Ring +44 20 7946 0958 after six", "Ring [phone] after six"),
        ("(555) 123-4567 or 555-123-4567", "[phone] or [phone]"),
        ("06 12 34 56 78", "[phone]"),
        ("paid with 4111 1111 1111 1111 twice", "paid with [card] twice"),
        ("IBAN DE89 3704 0044 0532 0130 00 thanks a lot", "IBAN [iban] thanks a lot"),
        ("GB82WEST12345698765432.", "[iban]."),
        ("IBAN GB82 WEST 1234 5698 7654 32 paid twice", "IBAN [iban] paid twice"),
        ("https://shop.example/s/AbCdEf0123456789AbCdEf01/?t=1 broke", "https://shop.example/s/[token]/[token] broke"),
        ("www.shop.example/a?user=jo@x.example", "www.shop.example/a[token]"),
    ],
)
def test_what_names_a_person_is_replaced(text, kept):
    assert redact(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "Waited 45 minutes on 2022-10-11 at 10:30 and paid $1,200.50",
        "on 01/02/2023, 01.02.2023 and 01-02-2023 from 0930 1030",
        "order 12345678, flight 1234 at gate 12",
        "card 4111111111111112 is no card",
        "see https://shop.example/help",
        "100 200 300 400 people, 10/10, 24/7",
    ],
)
def test_dates_amounts_and_order_numbers_stay(text):
    assert redact(text) == text


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab 0123456789+-()@./:?#", max_size=60))
def test_redacting_twice_changes_nothing_more(text):
    assert redact(redact(text)) == redact(text)
