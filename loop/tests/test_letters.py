"""What customers of a case, promoters and staff get by mail, each letter as it is kept."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings

from loop.models import Announcement, Case, Favour, Message, NewsLetter, Notice, ReadOut
from loop.services import favours, messages, news, notices
from loop.tests.outer import draft
from loop.tests.rows import NOON, case, customer, leaf, person
from surveys.models import Customer
from surveys.tests.kept_letters import Tags, assert_kept
from vocplatform.lib.delivery import Letter

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = [code for code, _name in django_settings.LANGUAGES]
WROTE = "Dear Ana,\n\nI am sorry.\n<b>Ben</b>"
LARGEST_HTML = 20 * 1024


@pytest.fixture(autouse=True)
def fixed_names(settings):
    settings.SECRET_KEY = settings.PEPPER = "only-for-tests"
    settings.PUBLIC_URL, settings.REPLY_ADDRESS = "https://voice.example", "reply@voice.example"
    settings.ORGANISATION_NAME, settings.ORGANISATION_ADDRESS = "Blue Harbour & Sons", "1 Quay Street, Bristol"
    settings.DEFAULT_FROM_EMAIL = "Blue Harbour <feedback@blueharbour.example>"


def ana(locale: str) -> Customer:
    return customer("C-1", name="Ana", locale=locale)


def opened(locale: str = "en") -> Case:
    row = case(who=ana(locale))
    row.code = "ABCD2345"
    row.save(update_fields=["code"])
    return row


def message(locale: str) -> Letter:
    row = opened(locale).messages.create(
        pk=7, address="ana@example.org", subject="About your parcel", body=WROTE, author=person("ben"), due_at=NOON
    )
    return messages.letter_of(Message.objects.select_related("case__customer").get(pk=row.pk))


def quote(locale: str) -> Letter:
    return favours.letter_of(_favour(locale, Favour.Kind.QUOTE))


def referral(locale: str) -> Letter:
    return favours.letter_of(_favour(locale, Favour.Kind.REFERRAL))


def _favour(locale: str, kind: Favour.Kind) -> Favour:
    return Favour(pk=7, customer=ana(locale), kind=kind, address="ana@example.org", due_at=NOON)


def changed(locale: str, *, metric: str = "csat", verdict: str = "helped") -> Letter:
    initiative = draft(cause=leaf(), metric=metric)
    told = {"value": 8.0, "low": 3.0, "high": 13.0, "weeks_before": 26, "weeks_after": 12, "answers": 900}
    ReadOut.objects.create(initiative=initiative, made_at=NOON, method="past", verdict=verdict, **told)
    body = "You said that parcels come late.\n\nThey now leave the same day."
    row = Announcement(pk=3, initiative=initiative, subject="Faster parcels", body=body)
    return news.letter_of(NewsLetter(pk=7, news=row, customer=ana(locale), address="ana@example.org", due_at=NOON))


CUSTOMERS = {"message": message, "quote": quote, "referral": referral, "news": changed}
WITH_A_WAY_OUT = {"quote": "/q/", "referral": "/q/", "news": "/n/"}


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("name", CUSTOMERS)
def test_each_letter_to_a_customer_is_the_kept_one_in_every_shipped_language(name, locale):
    assert_kept(GOLDEN / f"{name}-{locale}.eml", CUSTOMERS[name](locale))


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("name", CUSTOMERS)
def test_it_leads_to_our_own_host_only_fetches_nothing_and_reads_in_its_own_direction(name, locale):
    letter = CUSTOMERS[name](locale)
    tags = Tags(letter.html)
    links = tags.links() + re.findall(r"https?://\S+", letter.text)
    assert {urlsplit(link).netloc for link in links} == {"voice.example"}
    assert not {tag for tag, _attrs in tags.seen} & {"img", "script", "link", "iframe", "object", "video", "form"}
    assert "url(" not in letter.html
    assert f'<html lang="{locale}" dir="{"rtl" if locale == "ar" else "ltr"}">' in letter.html
    assert len(letter.html.encode()) < LARGEST_HTML
    assert not re.search(r"&(amp|lt|#)|<[a-z/]", letter.text.replace("<b>Ben</b>", ""))


@pytest.mark.parametrize("name", CUSTOMERS)
def test_a_way_to_stop_it_is_named_where_nobody_asked_for_the_letter_and_only_there(name):
    headers = CUSTOMERS[name]("en").headers
    if name in WITH_A_WAY_OUT:
        assert re.fullmatch(rf"<https://voice\.example{WITH_A_WAY_OUT[name]}7:[\w-]+/>", headers["List-Unsubscribe"])
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert headers["Auto-Submitted"] == "auto-generated"
    else:
        assert not {"List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted"} & headers.keys()


def test_an_answer_to_a_letter_about_a_case_comes_back_to_the_case():
    assert re.fullmatch(r"reply\+abcd2345-[0-9a-f]{32}@voice\.example", message("en").headers["Reply-To"])


@pytest.mark.parametrize(
    ("metric", "says"),
    [
        ("csat", "von 100 Kundinnen und Kunden sind 8,0 mehr zufrieden (zwischen 3,0 und 13,0)"),
        ("nps", "unser wert für weiterempfehlung, von −100 bis 100, stieg um 8,0"),
        ("ces", "geben sie uns jetzt 8,0 punkte mehr"),
    ],
)
def test_what_came_of_it_is_told_in_the_customers_words(metric, says):
    letter = changed("de", metric=metric)
    assert says.casefold() in letter.text.casefold()
    assert says.casefold() in letter.html.casefold()


@pytest.mark.parametrize("verdict", ["hurt", "no_larger", "cannot_tell"])
def test_what_did_not_help_is_not_sold_as_an_effect(verdict):
    assert "What came of it" not in changed("en", verdict=verdict).text


def test_a_customer_whose_language_we_do_not_speak_gets_the_house_s_own():
    assert '<html lang="en" dir="ltr">' in quote("xx").html


def test_a_dialect_gets_its_language():
    assert '<html lang="de" dir="ltr">' in quote("de-CH").html


def notice(row: Case, kind: str) -> Notice:
    row.summary = "5 of 10"
    mia = person(f"mia-{kind}", time_zone="Europe/Berlin")
    return Notice(case=row, recipient=mia, kind=kind, due_at=NOON)


def one_notice() -> Letter:
    row = notice(opened(), Notice.Kind.OPENED)
    return notices.letter_of(row.recipient, [row])


def several_notices() -> Letter:
    other = opened()
    rows = [notice(other, Notice.Kind.OPENED), notice(Case(code="WXYZ6789"), Notice.Kind.ASSIGNED)]
    return notices.letter_of(rows[0].recipient, rows, kind_words=2)


def only_praise() -> Letter:
    return notices.letter_of(person("mia"), [], kind_words=1)


TO_STAFF = [one_notice, several_notices, only_praise]


@pytest.mark.parametrize("make", TO_STAFF)
def test_each_letter_to_staff_is_the_kept_one(make):
    assert_kept(GOLDEN / f"staff-{make.__name__.replace('_', '-')}.eml", make())


@pytest.mark.parametrize("make", TO_STAFF)
def test_a_letter_to_staff_names_no_customer_and_leads_to_our_own_host(make):
    letter = make()
    assert not re.search(r"Ana|c-1@", letter.subject + letter.text + letter.html)
    links = Tags(letter.html).links() + re.findall(r"https?://\S+", letter.text)
    assert {urlsplit(link).netloc for link in links} == {"voice.example"}
    assert letter.headers == {"Auto-Submitted": "auto-generated"}
