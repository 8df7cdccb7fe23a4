import json
import threading
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from feedback.models import Alert
from loop.models import News, WebhookCall, WebhookEndpoint
from loop.services.cases import decline_case, record_contact, resolve_case
from loop.services.erasure import erase_customer
from loop.services.webhooks import (
    OVERLAP,
    WAITS,
    alerts_to_tell,
    create_endpoint,
    give_back_stuck,
    repeat_call,
    rotate_secret,
    secret_of,
    send_call,
    send_test,
    tell_alert,
)
from loop.tests.rows import DAY, HOUR, MINUTE, NOON, case, person, resolution
from vocplatform.lib.outward import NotOutside, check_outside, is_outside, post_outside

pytestmark = pytest.mark.django_db
Status = WebhookCall.Status


@contextmanager
def receiver(*answers: int, headers: dict | None = None):
    """A real server on the loopback that keeps what it was sent and answers as told, the last answer for ever."""
    got, left = [], list(answers or [204])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((dict(self.headers), body))
            self.send_response(left.pop(0) if len(left) > 1 else left[0])
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/voc", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def _loopback_is_trusted(settings):
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]


def endpoint(url: str, style: str = "signed") -> WebhookEndpoint:
    return create_endpoint(name="CRM", url=url, style=style, news=News.values, actor=None)[0]


def a_test_call(row: WebhookEndpoint, now: datetime) -> WebhookCall:
    """Queued, since the inline worker took the nudge of none inside the test's transaction."""
    return send_test(row.pk, now=now)


def test_the_published_receiver_verifies_what_is_told_when_a_case_moves():
    opened, ben, now = case(), person("ben"), timezone.now()
    with receiver() as (url, got):
        row = endpoint(url)
        decline_case(opened.pk, note="Wanted nothing.", actor=ben, now=now)
        call = WebhookCall.objects.get()
        assert send_call(call.pk, now=now)
    headers, body = got[0]
    told = Webhook(secret_of(row.nonce)).verify(body, {name.lower(): value for name, value in headers.items()})
    assert told["type"] == "case.moved"
    assert (told["data"]["case"], told["data"]["went_to"]) == (opened.code, "declined")
    assert headers["webhook-id"] == call.reference
    assert b"Wanted nothing" not in body and len(body) < 20_000


def test_a_resolved_case_tells_its_outcome_and_none_of_the_words():
    opened, ben = case(), person("ben")
    record_contact(opened.pk, channel="phone", reached=True, actor=ben, now=NOON)
    row = endpoint("http://127.0.0.1:9/")
    resolve_case(opened.pk, **resolution(), actor=ben, now=NOON)
    body = row.calls.get().body
    assert json.loads(body)["data"]["outcome"] == "Put right" and "Sent a new one" not in body


def test_a_case_that_opens_is_told_once_to_each_endpoint_that_asked():
    endpoint("http://127.0.0.1:9/")
    create_endpoint(name="Other", url="http://127.0.0.1:9/", style="signed", news=["alert.opened"], actor=None)
    case()
    assert [call.news for call in WebhookCall.objects.all()] == ["case.opened"]


def test_an_alert_is_told_once_to_whoever_was_there_when_it_was_raised():
    row, on = endpoint("http://127.0.0.1:9/"), NOON.date()
    alert = Alert.objects.create(
        reason="level", metric="nps", side="low", first_on=on, last_on=on, value=1, n=40, opened_at=NOON
    )
    later = endpoint("http://127.0.0.1:9/")
    WebhookEndpoint.objects.filter(pk=row.pk).update(created_at=NOON - HOUR)
    WebhookEndpoint.objects.filter(pk=later.pk).update(created_at=NOON + HOUR)
    for pk in alerts_to_tell(now=NOON + HOUR) * 2:
        tell_alert(pk)
    told = json.loads(row.calls.get().body)
    assert (told["type"], told["data"]["metric"]) == ("alert.opened", "nps") and alert.pk == told["data"]["alert"]
    assert not later.calls.exists() and alerts_to_tell(now=NOON + 4 * DAY) == []


def test_a_changed_body_is_refused_by_the_receiver():
    with receiver() as (url, got):
        row, now = endpoint(url), timezone.now()
        send_call(a_test_call(row, now).pk, now=now)
    headers, body = got[0]
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_of(row.nonce)).verify(body + b" ", {name.lower(): value for name, value in headers.items()})


def test_while_a_secret_is_changed_over_both_verify_and_afterwards_only_the_new_one():
    with receiver() as (url, got):
        row, now = endpoint(url), timezone.now()
        old, new = secret_of(row.nonce), rotate_secret(row.pk, now=now - OVERLAP + HOUR)
        send_call(a_test_call(row, now).pk, now=now)
        WebhookEndpoint.objects.update(old_until=now)
        send_call(a_test_call(row, now).pk, now=now)
    during, after = ({name.lower(): value for name, value in headers.items()} for headers, _body in got)
    for secret in (old, new):
        Webhook(secret).verify(got[0][1], during)
    Webhook(new).verify(got[1][1], after)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(got[1][1], after)


def test_ten_attempts_are_spread_over_three_days_under_one_id_and_then_the_endpoint_is_stopped():
    with receiver(500) as (url, got):
        row, begun = endpoint(url), timezone.now()
        call = a_test_call(row, begun)
        now = begun
        for wait in WAITS:
            assert not send_call(call.pk, now=now)
            assert not send_call(call.pk, now=now + wait - timedelta(seconds=1))
            now += wait
        send_call(call.pk, now=now)
    call.refresh_from_db()
    row.refresh_from_db()
    assert (len(got), call.attempts, call.status, call.answered_status) == (10, 10, Status.FAILED, 500)
    assert {headers["webhook-id"] for headers, _body in got} == {call.reference}
    assert timedelta(hours=75) < now - begun < timedelta(hours=76)
    assert not row.is_active and "500" in row.stopped_reason


def test_a_call_that_takes_its_sender_along_is_set_aside_after_ten_times():
    now = timezone.now()
    call = a_test_call(endpoint("http://127.0.0.1:9/voc"), now)
    for attempt in range(10):
        assert WebhookCall.objects.claim(call.pk, now=now + attempt * timedelta(hours=1))
        give_back_stuck(now=now + attempt * timedelta(hours=1) + timedelta(minutes=30))
    call.refresh_from_db()
    assert (call.status, call.last_error) == (Status.FAILED, "Its sender died 10 times.")


def test_gone_stops_the_endpoint_at_once_and_its_calls_wait():
    with receiver(410) as (url, got):
        row, now = endpoint(url), timezone.now()
        first, second = a_test_call(row, now), a_test_call(row, now)
        send_call(first.pk, now=now)
        assert not send_call(second.pk, now=now)
    row.refresh_from_db()
    second.refresh_from_db()
    assert (len(got), row.is_active, second.status) == (1, False, Status.QUEUED)


@pytest.mark.parametrize("answer", [429, 502, 504])
def test_an_overloaded_receiver_gets_no_call_at_all_for_a_while(answer):
    with receiver(answer, 204, headers={"Retry-After": "600"}) as (url, got):
        row, now = endpoint(url), timezone.now()
        first, second = a_test_call(row, now), a_test_call(row, now)
        send_call(first.pk, now=now)
        assert not send_call(second.pk, now=now + 9 * MINUTE)
        assert send_call(second.pk, now=now + 10 * MINUTE)
    assert len(got) == 2


def test_a_redirect_is_a_failure_and_is_not_followed():
    with receiver() as (inner, inner_got), receiver(302, headers={"Location": inner}) as (url, _got):
        call, now = a_test_call(endpoint(url), timezone.now()), timezone.now()
        assert not send_call(call.pk, now=now)
    call.refresh_from_db()
    assert (call.status, call.answered_status, inner_got) == (Status.QUEUED, 302, [])


def test_a_call_is_repeated_under_its_own_id_once_it_is_settled():
    with receiver() as (url, got):
        call, now = a_test_call(endpoint(url), timezone.now()), timezone.now()
        assert not repeat_call(call.pk, now=now)
        send_call(call.pk, now=now)
        assert repeat_call(call.pk, now=now) and send_call(call.pk, now=now)
    assert [headers["webhook-id"] for headers, _body in got] == [call.reference] * 2


def test_a_chat_room_reads_one_line_without_the_customer():
    with receiver() as (url, got):
        endpoint(url, style="chat")
        opened = case(comment="My name is Ada and I am furious.")
        send_call(WebhookCall.objects.get().pk, now=NOON)
    told = json.loads(got[0][1])
    assert list(told) == ["text"] and opened.code in told["text"]
    assert "Ada" not in told["text"] and "C-1" not in told["text"]


def test_what_was_told_of_an_erased_customer_is_kept_nowhere_and_never_sent():
    row = endpoint("http://127.0.0.1:9/")
    opened = case()
    erase_customer(opened.customer_id)
    call = row.calls.get()
    assert (call.status, call.body, repeat_call(call.pk, now=timezone.now())) == (Status.DROPPED, "", False)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1", "::ffff:10.0.0.1", "100.64.0.1", "224.0.0.1"],
)
def test_no_address_of_a_private_network_is_outside(address):
    assert not is_outside(address)


LOOPBACK = [
    *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "localhost", "localhost.", "[::]", "[::1]"),
    *("１２７.0.0.1", "127。0。0。1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "LOCALHOST", "127.0.0.1.", "0.0.0.0"),
]
INSIDE = [
    "169.254.169.254",
    "[fd00:ec2::254]",
    "192.168.0.1",
    "[fe80::1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[::7f00:1]",
    "[64:ff9b:1::a00:1]",
]


@pytest.mark.parametrize("host", [*LOOPBACK, *INSIDE])
def test_no_spelling_of_an_inner_address_is_called(settings, host):
    settings.WEBHOOK_PRIVATE_HOSTS = []
    with pytest.raises(NotOutside):
        check_outside(f"https://{host}/")


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "gopher://example.org/", "ftp://example.org/", "javascript:alert(1)", "//example.org/"),
        *(f"https://93.184.215.14:{port}/" for port in (22, 25, 80, 6379, 0, 99999, "x", "-1")),
        *("https://me@93.184.215.14/", "https://:pw@93.184.215.14/", "https://[::1", "https://exa mple.org/", ""),
        *("https://93.184.215.14/\r\nHost: x", "https://93.184.215.14/\tx", "https://93.184.215.14\n/", "https://."),
        *("https://" + "a" * 70 + ".example/", "https://a..example/", "https://\x00/", "https://xn--/", "https://%00/"),
    ],
)
def test_nothing_but_a_plain_https_address_is_called(url):
    with pytest.raises(NotOutside):
        check_outside(url)


@pytest.mark.parametrize(
    "url", ["http://example.org/", "ftp://example.org/", "https://me:pw@example.org/", "https://10.0.0.1/", "https://"]
)
def test_an_address_that_must_not_be_called_is_refused_when_it_is_saved(url):
    with pytest.raises(NotOutside):
        create_endpoint(name="Bad", url=url, style="signed", news=[], actor=None)
    assert not WebhookEndpoint.objects.exists()


def test_a_name_that_leads_inside_only_after_the_check_reaches_nobody(settings, monkeypatch):
    settings.WEBHOOK_PRIVATE_HOSTS = []
    monkeypatch.setattr("vocplatform.lib.outward.check_outside", lambda url: None)
    with receiver() as (url, got), pytest.raises(NotOutside):
        post_outside(url, b"{}", {})
    assert got == []


def test_a_public_address_may_be_saved(monkeypatch):
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **more: [(0, 0, 0, "", ("93.184.215.14", 443))])
    check_outside("https://hooks.example.org/in")
    assert secret_of("a" * 32) != secret_of("b" * 32) and DAY == OVERLAP
