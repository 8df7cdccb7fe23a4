import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.services.addresses import BadAddress, address_digest, normalise_email, normalise_phone


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" Ana.Lima@Example.ORG ", "ana.lima@example.org"),
        ("ana+news@bücher.example", "ana+news@xn--bcher-kva.example"),
        ("o'hara@example.org", "o'hara@example.org"),
    ],
)
def test_each_mailbox_has_one_spelling(text, address):
    assert normalise_email(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ana",
        "ana@",
        "@example.org",
        "a@b.c,x@y.z",
        "ana@example.org\nBcc: all@example.org",
        "ana@example..org",
        '"ana lima"@example.org',
        "añá@example.org",
        "ana@" + "x" * 64 + ".org",
        "a" * 250 + "@example.org",
        "ana@\ud800.org",
    ],
)
def test_what_cannot_be_written_to_is_refused(text):
    with pytest.raises(BadAddress):
        normalise_email(text)


@pytest.mark.parametrize(
    ("text", "locale", "number"),
    [
        ("+49 151 1234 5678", "", "+4915112345678"),
        ("(202) 555-0123", "en-US", "+12025550123"),
        ("06 12 34 56 78", "fr_FR", "+33612345678"),
    ],
)
def test_each_phone_has_one_spelling(text, locale, number):
    assert normalise_phone(text, locale=locale) == number


@pytest.mark.parametrize(
    ("text", "locale"), [("0151 12345678", ""), ("0151 12345678", "de"), ("12", "de-DE"), ("ana", "")]
)
def test_a_number_without_a_country_is_refused(text, locale):
    with pytest.raises(BadAddress):
        normalise_phone(text, locale=locale)


def test_the_digest_of_an_address_depends_on_channel_and_key(settings):
    digest = address_digest("email", "ana@example.org")
    assert digest != address_digest("sms", "ana@example.org")
    settings.PEPPER = "other"
    assert digest != address_digest("email", "ana@example.org")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40) | st.emails())
def test_normalising_twice_changes_nothing_and_nothing_else_is_raised(text):
    try:
        address = normalise_email(text)
    except BadAddress:
        return
    assert normalise_email(address) == address
