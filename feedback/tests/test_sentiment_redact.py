import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.sentiment.redact import redact


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
