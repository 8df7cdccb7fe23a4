"""Mail gateways open every link of a mail, some in the same second. None of that may leave a trace."""

import re
from html import unescape

import pytest
from django.apps import apps
from django.core.serializers import serialize

from feedback.models import Response
from surveys.services.deliveries import send_delivery
from surveys.services.invitations import invite_directly
from surveys.tests import rows
from surveys.tests.rows import NOON

pytestmark = pytest.mark.django_db
OURS = ("surveys", "feedback", "loop", "vocplatform")
LINK = re.compile(r"""https?://[^\s"'<>]+""")


def every_row() -> str:
    models = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    return "".join(serialize("json", model.objects.order_by("pk")) for model in models)


def scan(client, mail) -> list[int]:
    """GET and HEAD whatever looks like a link, then whatever the pages behind them link to."""
    html = mail.alternatives[0][0]
    paths = {"/" + unescape(link).split("/", 3)[3] for text in (mail.body, html) for link in LINK.findall(text)}
    seen = []
    for path in sorted(paths):
        seen += [client.head(path).status_code, client.get(path).status_code]
        page = client.get(path, headers={"user-agent": "Mozilla/5.0 SafeLinks", "purpose": "prefetch"})
        for further in re.findall(r'href="(/[^"]*)"', page.content.decode()):
            client.get(unescape(further))
    return seen


@pytest.fixture
def mail(mailoutbox):
    invitation = invite_directly(rows.survey(), rows.customer(), now=NOON)
    send_delivery(invitation.deliveries.get().pk, now=NOON)
    return mailoutbox[0]


@pytest.fixture(autouse=True)
def in_time(time_machine):
    time_machine.move_to(NOON)


def test_a_scanner_that_opens_everything_changes_no_row(client, mail):
    before = every_row()
    statuses = scan(client, mail)
    assert len(statuses) > 20
    assert set(statuses) == {200}
    assert every_row() == before


def test_the_customers_own_click_counts_after_the_scanner_was_there(client, mail):
    scan(client, mail)
    path = "/" + LINK.search(mail.body).group().split("/", 3)[3].split("?")[0]
    page = client.get(path + "?score=0").content.decode()
    form = unescape(re.search(r'name="form" value="([^"]*)"', page).group(1))
    ticked = re.search(r'name="([^"]*)" value="0"[^>]* checked', page).group(1)
    fields = {"form": form, "page": "1", ticked: "0", "go": "next"}
    assert client.post(path, fields).status_code == 303
    response = Response.objects.get()
    assert [(answer.question_key, answer.number) for answer in response.answers.all()] == [("nps", 0)]


def test_a_scanner_opts_nobody_out_and_spends_no_link(client, mail):
    from surveys.models import Consent, Invitation, Suppression

    scan(client, mail)
    assert not Suppression.objects.exists()
    assert not Consent.objects.exists()
    assert Invitation.objects.get().status == "issued"
