import gzip
import json
import socket
import threading
import time

import pytest
import responses
from standardwebhooks.webhooks import Webhook

from surveys.channels.registry import CHANNELS
from surveys.models import Channel
from vocplatform.lib import http
from vocplatform.lib.delivery import AddressRefused, ChannelDown, DeliveryError, DeliveryUnknown, Letter

GATEWAY = "https://sms.example/send"
RECEIVER = "https://crm.example/invitations"
SECRET = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"
SMS = Letter("+4915112345678", "", "How was it? https://voice.example/s/x/", headers={"Message-ID": "<m1>"})
CALL = Letter("C-1", "", '{"type":"invitation.invite"}', headers={"Message-ID": "m1"})


@pytest.fixture(autouse=True)
def addresses(settings):
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN = GATEWAY, "t0ken"
    settings.INVITATION_WEBHOOK_URL, settings.INVITATION_WEBHOOK_SECRET = RECEIVER, SECRET


def send_sms():
    return CHANNELS["sms"].send(SMS)


def call():
    return CHANNELS["webhook"].send(CALL)


def test_every_channel_that_a_rule_may_choose_has_a_way_out():
    from surveys.models.channel import ASKING

    assert set(CHANNELS) == set(ASKING)
    assert {name for name, channel in CHANNELS.items() if channel.may_repeat} == {Channel.LINK, Channel.WEBHOOK}


@responses.activate
def test_an_sms_is_one_signed_json_call_and_answers_with_the_gateways_id():
    responses.post(GATEWAY, json={"id": "gw-7"})
    assert send_sms() == "gw-7"
    request = responses.calls[0].request
    assert json.loads(request.body) == {"to": SMS.to, "text": SMS.text, "reference": "<m1>"}
    assert request.headers["Authorization"] == "Bearer t0ken"


@responses.activate
@pytest.mark.parametrize("body", ["", "fine", "[1]", "null"])
def test_a_gateway_without_an_id_of_its_own_keeps_ours(body):
    responses.post(GATEWAY, body=body)
    assert send_sms() == "<m1>"


@responses.activate
@pytest.mark.parametrize(
    ("status", "problem", "permanent"),
    [
        (302, DeliveryError, True),
        (400, DeliveryError, True),
        (401, ChannelDown, False),
        (404, AddressRefused, True),
        (422, AddressRefused, True),
        (429, ChannelDown, False),
        (500, DeliveryError, False),
        (503, ChannelDown, False),
    ],
)
def test_each_answer_of_a_gateway_means_one_thing(status, problem, permanent):
    responses.post(GATEWAY, status=status)
    with pytest.raises(problem) as raised:
        send_sms()
    assert (type(raised.value), raised.value.permanent) == (problem, permanent)


@responses.activate
@pytest.mark.parametrize("status", [502, 504])
def test_an_answer_lost_between_us_and_the_gateway_is_unknown(status):
    responses.post(GATEWAY, status=status)
    with pytest.raises(DeliveryUnknown):
        send_sms()


@pytest.mark.parametrize("name", ["SMS_GATEWAY_URL", "INVITATION_WEBHOOK_URL", "INVITATION_WEBHOOK_SECRET"])
def test_a_channel_that_nobody_set_up_says_which_setting_is_missing(settings, name):
    setattr(settings, name, "")
    with pytest.raises(DeliveryError, match=name) as raised:
        send_sms() if name.startswith("SMS") else call()
    assert raised.value.permanent


@responses.activate
def test_a_webhook_can_be_verified_with_the_published_package():
    responses.post(RECEIVER, status=204)
    assert call() == "m1"
    request = responses.calls[0].request
    assert Webhook(SECRET).verify(request.body, dict(request.headers)) == {"type": "invitation.invite"}
    assert request.headers["webhook-id"] == "m1"


@responses.activate
@pytest.mark.parametrize(
    ("status", "problem", "permanent"),
    [(301, DeliveryError, False), (410, DeliveryError, True), (500, DeliveryError, False), (503, ChannelDown, False)],
)
def test_each_answer_of_a_receiver_means_one_thing(status, problem, permanent):
    responses.post(RECEIVER, status=status, headers={"Location": "https://elsewhere.example/"})
    with pytest.raises(problem) as raised:
        call()
    assert (type(raised.value), raised.value.permanent) == (problem, permanent)
    assert len(responses.calls) == 1


def test_nobody_at_the_other_side_is_a_channel_that_is_down(settings):
    settings.SMS_GATEWAY_URL = "http://127.0.0.1:8139/"
    with pytest.raises(ChannelDown):
        send_sms()


@pytest.fixture
def listener(settings):
    """A server that reads the call and then does what the test says with the connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.SMS_GATEWAY_URL = settings.INVITATION_WEBHOOK_URL = f"http://127.0.0.1:{server.getsockname()[1]}/"

        def behave(answer):
            def serve():
                connection, _peer = server.accept()
                with connection:
                    connection.recv(65536)
                    answer(connection)

            thread = threading.Thread(target=serve, daemon=True)
            thread.start()

        yield behave


def test_a_connection_that_breaks_after_the_call_is_unknown_for_an_sms(listener):
    listener(lambda connection: None)
    with pytest.raises(DeliveryUnknown):
        send_sms()


def test_a_gateway_that_never_answers_is_unknown(listener, monkeypatch):
    monkeypatch.setattr(http, "READ_SECONDS", 0.3)
    done = threading.Event()
    listener(lambda connection: done.wait(5))
    with pytest.raises(DeliveryUnknown):
        send_sms()
    done.set()


def test_a_gateway_that_answers_drop_by_drop_is_unknown_before_long(listener, monkeypatch):
    monkeypatch.setattr(http, "READ_SECONDS", 0.5)
    done = threading.Event()

    def drip(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not done.wait(0.1):
            try:
                connection.sendall(b" ")
            except OSError:
                return

    listener(drip)
    began = time.monotonic()
    with pytest.raises(DeliveryUnknown):
        send_sms()
    done.set()
    assert time.monotonic() - began < 5


def test_an_answer_that_is_packed_is_not_unpacked(listener):
    bomb = gzip.compress(b" " * 10_000_000)

    def answer(connection):
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n"
        connection.sendall(head.encode() + bomb)

    listener(answer)
    assert send_sms() == "<m1>"


def test_a_webhook_that_broke_is_called_again_since_its_receiver_knows_the_id(listener):
    listener(lambda connection: None)
    with pytest.raises(ChannelDown):
        call()


def test_a_huge_answer_is_read_no_further_than_64_kb(listener):
    def flood(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        try:
            while True:
                connection.sendall(b"x" * 65536)
        except OSError:
            return

    listener(flood)
    assert send_sms() == "<m1>"
