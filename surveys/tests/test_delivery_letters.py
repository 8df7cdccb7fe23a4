"""The letters themselves, as customers get them."""

import json
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.core.mail import EmailMultiAlternatives

from surveys.models import Delivery
from surveys.services import invitations
from surveys.services.invitations import invite_directly, issue_invitation, survey_link
from surveys.services.letters import compose
from surveys.tests import rows
from surveys.tests.kept_letters import Tags, assert_kept
from surveys.tests.rows import NOON
from surveys.triggers.occasion import Way

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parent / "golden"
LARGEST_HTML = 100 * 1024

EASE = {
    "key": "ces",
    "kind": "ces",
    "text": "The shop made it easy for me to handle my return.",
    "minimum": 1,
    "maximum": 7,
    "low_label": "strongly disagree",
    "high_label": "strongly agree",
}
ARABIC = {
    "key": "nps",
    "kind": "nps",
    "text": "ما مدى احتمال أن توصي بنا؟",
    "minimum": 0,
    "maximum": 10,
    "low_label": "غير محتمل",
    "high_label": "محتمل جدا",
}
OPEN = {"key": "what", "kind": "text", "text": "What happened?"}
HELLO = "Hello {{customer.name|there}},\n\nyour order came with {{event.carrier|our carrier}}."


@pytest.fixture(autouse=True)
def fixed_names(settings, monkeypatch):
    settings.SECRET_KEY = settings.PEPPER = "only-for-tests"
    settings.PUBLIC_URL = "https://voice.example"
    settings.ORGANISATION_NAME, settings.ORGANISATION_ADDRESS = "Blue Harbour", "1 Quay Street, Bristol"
    settings.DEFAULT_FROM_EMAIL = "Blue Harbour <feedback@blueharbour.example>"
    monkeypatch.setattr(invitations, "new_nonce", lambda: "0" * 32)


def delivery(questions=None, *, name="Ana", channel="email", attributes=None, **survey) -> Delivery:
    ana = rows.customer(name=name, phone="+4915112345678")
    place = rows.touchpoint(name="Delivery of your order")
    asked = rows.survey("nps", questions, introduction=survey.pop("introduction", HELLO), **survey)
    happened = rows.event(place, ana, attributes=attributes or {})
    way = Way(channel, "ana@example.org" if channel == "email" else "+4915112345678")
    invitation = issue_invitation(asked.live_version, way, due_at=NOON, customer=ana, touchpoint=place, event=happened)
    row = invitation.deliveries.get()
    row.pk = 7  # the same in every golden letter, whatever the database counts
    return row


def letter(*args, kind="invite", **kwargs):
    row = delivery(*args, **kwargs)
    row.kind = kind
    return compose(row, now=NOON)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("invitation-0-10", lambda: letter()),
        ("invitation-1-7", lambda: letter([EASE])),
        ("invitation-open", lambda: letter([OPEN])),
        ("invitation-rtl", lambda: letter([ARABIC], locale="ar", title="كيف كان التوصيل؟")),
        ("reminder-0-10", lambda: letter(kind="reminder")),
        ("reminder-rtl", lambda: letter([ARABIC], locale="ar", title="كيف كان التوصيل؟", kind="reminder")),
    ],
)
def test_each_letter_is_the_kept_one(name, make):
    assert_kept(GOLDEN / f"{name}.eml", make())


LANGUAGES = [code for code, _name in django_settings.LANGUAGES]


@pytest.mark.parametrize("kind", ["invite", "reminder"])
@pytest.mark.parametrize("locale", LANGUAGES)
def test_each_letter_is_the_kept_one_in_every_shipped_language(locale, kind, settings):
    settings.REPLY_ADDRESS = "reply@voice.example"
    assert_kept(GOLDEN / f"{kind}-{locale}.eml", letter(locale=locale, kind=kind))


@pytest.mark.parametrize("kind", ["invite", "reminder"])
@pytest.mark.parametrize("locale", LANGUAGES)
def test_headers_links_scores_and_direction_hold_in_every_shipped_language(locale, kind, settings):
    settings.REPLY_ADDRESS = "reply@voice.example"
    written = letter(locale=locale, kind=kind)
    links = Tags(written.html).links() + re.findall(r"https?://\S+", written.text)
    assert {urlsplit(link).netloc for link in links} == {"voice.example"}
    assert len(re.findall(r"^\d+: https://voice\.example/s/\S+\?score=\d+$", written.text, re.MULTILINE)) == 11
    assert f'<html lang="{locale}" dir="{"rtl" if locale == "ar" else "ltr"}">' in written.html
    assert re.fullmatch(r"reply\+i-7-[0-9a-f]{32}@voice\.example", written.headers["Reply-To"])
    assert re.fullmatch(r"<https://voice\.example/u/\S+>, <mailto:reply\+u-7-\S+>", written.headers["List-Unsubscribe"])


def test_the_headers_say_who_wrote_automatically_and_how_to_stop_it():
    headers = letter().headers
    assert re.fullmatch(r"<invite\.7\.[0-9a-f]{16}@blueharbour\.example>", headers["Message-ID"])
    assert re.fullmatch(r"<https://voice\.example/u/7:[\w-]{43}/>", headers["List-Unsubscribe"])
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Feedback-ID"] == "nps:delivery:invite:vocplatform"


@pytest.mark.parametrize("questions", [None, [EASE], [OPEN]])
def test_every_link_leads_to_our_own_host_and_nothing_is_fetched(questions):
    written = letter(questions)
    tags = Tags(written.html)
    links = tags.links() + re.findall(r"https?://\S+", written.text)
    assert links
    assert {urlsplit(link).netloc for link in links} == {"voice.example"}
    assert not {tag for tag, _attrs in tags.seen} & {"img", "script", "link", "iframe", "object", "video", "form"}
    assert "url(" not in written.html


def test_the_letter_is_small_and_names_its_language_and_both_colour_schemes():
    written = letter([ARABIC], locale="ar")
    assert len(written.html.encode()) < LARGEST_HTML
    assert '<html lang="ar" dir="rtl">' in written.html
    assert '<meta name="color-scheme" content="light dark">' in written.html


def test_the_scale_has_one_link_per_number_with_zero_first():
    written = letter()
    link = re.search(r"https://voice\.example/s/[\w-]{32}/", written.text).group()
    assert [line for line in written.text.splitlines() if f"{link}?score=" in line] == [
        f"{number}: {link}?score={number}" for number in range(11)
    ]
    assert [each for each in Tags(written.html).links() if "score=" in each] == [
        f"{link}?score={number}" for number in range(11)
    ]


def test_eleven_numbers_stand_in_six_and_five():
    groups = letter().html.split('<table role="presentation" align="left"')[1:]
    assert [group.count("?score=") for group in groups] == [6, 5]


def test_a_survey_that_opens_with_words_has_one_plain_link():
    written = letter([OPEN])
    assert "score=" not in written.text + written.html
    assert "Answer now" in written.html


@pytest.mark.parametrize("name", ["Ana\nBcc: all@example.org", "Ana\r\nSubject: x", "Ana\u2028Lima", "Ana\x07Lima"])
def test_a_name_never_breaks_the_subject(name):
    written = letter(name=name, title="{{customer.name|You}}, how was it?")
    assert len(written.subject.splitlines()) == 1
    assert "\x07" not in written.subject
    EmailMultiAlternatives(written.subject, "x", to=["a@example.org"]).message()


def test_a_name_with_markup_is_words_in_html_and_no_link_in_text():
    written = letter(name="<a href=//evil>click</a> www.evil.example", introduction="{{customer.name}}")
    assert "&lt;a href=//evil&gt;click&lt;/a&gt;" in written.html
    assert "www. evil. example" in written.text
    assert "<a href=//evil>click</a>" in written.text  # plain text knows no tags


def test_a_value_that_looks_like_a_pipe_is_filled_in_once():
    written = letter(name="{{event.secret}}", attributes={"secret": "s3cret"}, introduction="{{customer.name}}")
    assert "s3cret" not in written.text


def test_a_long_or_turned_name_is_cut_and_keeps_to_itself():
    written = letter(name="\u202eevil" + "x" * 190, title="{{customer.name}}?")
    assert len(written.subject) < 70
    assert "\u202e" not in written.subject + written.text + written.html
    assert "\u2068" in written.html


def test_nothing_known_leaves_the_word_for_nobody():
    written = letter(name="", introduction=HELLO)
    assert "Hello there," in written.text
    assert "our carrier" in written.text


def test_a_nested_attribute_is_not_poured_into_a_sentence():
    written = letter(attributes={"carrier": {"name": "x"}})
    assert "our carrier" in written.text


def test_an_sms_is_one_line_with_both_links():
    written = letter(channel="sms", title="How was your delivery?" + "x" * 170)
    assert written.to == "+4915112345678"
    assert "\n" not in written.text
    assert len(re.findall(r"https://voice\.example/[su]/", written.text)) == 2
    assert len(written.text) < 400


def test_a_webhook_carries_the_link_and_no_personal_data():
    row = invite_directly(rows.survey(), rows.customer(), channel="webhook", now=NOON).deliveries.get()
    written = compose(row, now=NOON)
    content = json.loads(written.text)
    assert content["data"] == {
        "customer": "C-1",
        "survey": "delivery-nps",
        "touchpoint": None,
        "event": None,
        "link": survey_link(row.invitation),
        "expires_at": (NOON + timedelta(days=30)).isoformat(),
    }
    assert "ana@example.org" not in written.text
