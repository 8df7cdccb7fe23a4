"""What analytics libraries may rely on, line by line of the contract; test_segment_libraries.py uses the real ones."""

import base64
import gzip
import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from surveys.api import segment as door
from surveys.models import ApiKey, Customer, CustomerAddress, RejectedEvent, TouchpointEvent
from surveys.services.api_keys import create_api_key
from surveys.tests import rows

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_knocked_before():
    cache.clear()


@pytest.fixture
def key():
    rows.touchpoint("delivery", event_name="Order Completed")
    return create_api_key(rows.source(), name="test", scopes=["events:write"])[1]


@pytest.fixture
def send(client, key):
    def post(body, *, path="batch", user=key, content_type="application/json", **headers):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        word = base64.b64encode(f"{user}:".encode()).decode()
        headers = ({"authorization": f"Basic {word}"} if user else {}) | headers
        return client.post(f"/v1/{path}", content, content_type=content_type, headers=headers)

    return post


def track(number="m-1", **changes):
    now = timezone.now().isoformat()
    plain = {"type": "track", "messageId": number, "userId": "C-1", "event": "Order Completed", "timestamp": now}
    return {name: value for name, value in (plain | changes).items() if value is not ...}


def batch(*messages, **fields):
    return {"batch": list(messages), "sentAt": timezone.now().isoformat()} | fields


def test_a_track_call_becomes_an_event_of_the_touchpoint_that_listens_to_its_name(send):
    answer = send(batch(track(properties={"total": 0, "order": "4711"})))
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    event = TouchpointEvent.objects.get()
    assert (event.touchpoint.slug, event.customer.external_id, event.event_id) == ("delivery", "C-1", "m-1")
    assert event.attributes == {"total": 0, "order": "4711"}


@pytest.mark.parametrize("name", ["order completed", "ORDER COMPLETED", "Delivery", "delivery"])
def test_a_touchpoint_listens_to_its_field_and_to_its_short_name(send, name):
    send(batch(track(event=name)))
    assert TouchpointEvent.objects.get().touchpoint.slug == "delivery"


@pytest.mark.parametrize("path", ["track", "track/", "t", "t/"])
def test_a_single_call_has_an_address_of_its_own_with_and_without_a_slash(send, path):
    assert send(track(type=...), path=path).json() == {"success": True}
    assert TouchpointEvent.objects.count() == 1


@pytest.mark.parametrize(
    "name", ["batch", "b", "identify", "i", "page", "p", "group", "g", "alias", "a", "screen", "s"]
)
@pytest.mark.parametrize("slash", ["", "/"])
def test_every_kind_is_answered_200_and_never_redirected(send, name, slash):
    body = batch() if name in {"b", "batch"} else {"userId": "C-1", "previousId": "x", "groupId": "g", "name": "Home"}
    answer = send(body, path=name + slash)
    assert (answer.status_code, answer.json()) == (200, {"success": True})


def test_an_identify_call_makes_the_customer_and_a_second_one_changes_her(send):
    who = {
        "type": "identify",
        "messageId": "i-1",
        "userId": "C-9",
        "context": {"locale": "de-DE", "timezone": "Asia/Tokyo"},
    }
    send(batch(who | {"traits": {"email": "Ana@Example.org", "firstName": "Ana", "lastName": "Ito", "plan": "gold"}}))
    send(batch(who | {"traits": {"plan": "silver"}}))
    customer = Customer.objects.get()
    assert (customer.external_id, customer.name, customer.locale, customer.time_zone) == (
        "C-9",
        "Ana Ito",
        "de-DE",
        "Asia/Tokyo",
    )
    assert customer.attributes == {"plan": "silver"}
    assert CustomerAddress.objects.get().address == "ana@example.org"


def test_somebody_anonymous_makes_an_event_of_nobody_and_no_customer(send):
    send(batch(track(userId=None, anonymousId="a-1"), {"type": "identify", "anonymousId": "a-1", "traits": {"x": 1}}))
    assert TouchpointEvent.objects.get().customer is None and not Customer.objects.exists()


def test_good_messages_are_kept_whatever_stands_beside_them_and_the_bad_ones_are_named(send):
    answer = send(
        batch(
            track("m-1"),
            track("m-2", userId=..., anonymousId=None),
            7,
            track("m-3", event=""),
            {"type": "nonsense", "userId": "C-1"},
            track("m-4", timestamp="yesterday"),
            track("m-5", properties=[1]),
            track("m-6", context={"traits": {"email": "not an address"}}),
            track("m-7", padding="x" * 33_000),
            track("m-8"),
        )
    )
    assert answer.status_code == 200
    codes = [
        "no_user",
        "not_a_message",
        "no_event",
        "unknown_type",
        "bad_time",
        "invalid",
        "invalid_address",
        "too_large",
    ]
    assert answer.json() == {"success": True, "errors": [{"index": n, "code": code} for n, code in enumerate(codes, 1)]}
    assert sorted(TouchpointEvent.objects.values_list("event_id", flat=True)) == ["m-1", "m-8"]
    assert sorted(RejectedEvent.objects.values_list("code", flat=True)) == sorted(codes)


def test_an_admin_reads_the_reason_and_no_value_of_the_sender(send, admin_client):
    send(batch(track("m-6", context={"traits": {"email": "hidden at mail"}})))
    page = admin_client.get(reverse("admin:surveys_rejectedevent_changelist")).content.decode()
    assert "invalid_address" in page and "m-6" in page and "hidden at mail" not in page


def test_a_message_sent_again_is_the_same_event_though_the_clock_of_the_sender_went_on(send):
    message = track("m-1", timestamp="2026-03-02T12:00:00Z")
    send(batch(message, sentAt="2026-03-02T12:00:01Z"))
    answer = send(batch(message, sentAt="2026-03-02T12:07:00Z"))
    assert answer.json() == {"success": True}
    assert TouchpointEvent.objects.count() == 1 and not RejectedEvent.objects.exists()


def test_messages_without_an_id_are_told_apart_by_their_content(send):
    first = track(..., timestamp="2026-03-02T12:00:00Z", properties={"order": 1})
    send(batch(first, first))
    send(batch(first, first | {"properties": {"order": 2}}))
    assert TouchpointEvent.objects.count() == 2


def happened_before_receipt(send, timestamp: str, sent_at: str) -> timedelta:
    send(batch(track(timestamp=timestamp), sentAt=sent_at))
    event = TouchpointEvent.objects.get()
    return event.received_at - event.occurred_at


def test_a_clock_that_is_wrong_is_corrected_by_when_the_message_left(send):
    assert happened_before_receipt(send, "2031-01-01T12:00:00Z", "2031-01-01T12:10:00Z") == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("timestamp", "days"), [("2020-01-01T00:00:00Z", 90), ("0001-01-01T00:00:00Z", 90), ("2033-01-01T00:00:00Z", 0)]
)
def test_no_event_lies_more_than_90_days_back_or_in_the_future(send, timestamp, days):
    assert happened_before_receipt(send, timestamp, "2031-01-01T00:00:00Z") == timedelta(days=days)


@pytest.mark.parametrize("label", ["text/plain", "application/x-www-form-urlencoded", "application/json", "x"])
def test_the_label_of_the_body_does_not_matter(send, label):
    assert send(batch(track()), content_type=label).status_code == 200
    assert TouchpointEvent.objects.count() == 1


def test_a_packed_body_is_unpacked(send):
    assert send(gzip.compress(json.dumps(batch(track())).encode()), **{"content-encoding": "gzip"}).status_code == 200
    assert TouchpointEvent.objects.count() == 1


def test_the_key_may_stand_in_the_body_or_be_a_bearer(send, key):
    assert send(batch(track(), writeKey=key), user="").status_code == 200
    assert send(batch(track("m-2")), user="", authorization=f"Bearer {key}").status_code == 200
    assert TouchpointEvent.objects.count() == 2


def is_refusal(answer, status: int) -> bool:
    return answer.status_code == status and {"code", "message"} <= set(answer.json())


def test_an_unknown_a_revoked_and_a_weak_key_are_refused_with_401(send):
    weak = create_api_key(rows.source(), name="weak", scopes=["customers:read"])[1]
    for user in ("", "voc_nobody", weak, "x" * 500):
        assert is_refusal(send(batch(track()), user=user), 401)
    ApiKey.objects.update(revoked_at=timezone.now())
    assert is_refusal(send(batch(track())), 401)
    assert not TouchpointEvent.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"\x1f\x8bx", b'{"batch": 7}', b"\xff\xfe"])
def test_only_a_body_that_cannot_be_read_is_answered_400(send, body):
    assert is_refusal(send(body), 400)


def test_too_much_at_once_is_answered_413(send):
    assert is_refusal(send(b" " * (4 * 1024 * 1024 + 1)), 413)
    assert is_refusal(send(batch(*[7] * 2501)), 413)


def test_too_often_is_answered_429_with_whole_seconds_to_wait(send, settings):
    settings.EVENTS_PER_MINUTE = 2
    answers = [send(batch(track(f"m-{number}"))) for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert is_refusal(answers[-1], 429) and 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert TouchpointEvent.objects.count() == 2


def test_our_own_event_door_counts_the_same_key(send, settings, client, key):
    settings.EVENTS_PER_MINUTE = 1
    send(batch(track()))
    answer = client.post("/api/v1/events", "[]", "application/json", headers={"authorization": f"Bearer {key}"})
    assert is_refusal(answer, 429) and answer["Retry-After"].isdigit()


def test_a_database_that_is_away_is_answered_503_and_nothing_is_called_a_success(send, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(door, "in_batches", away)
    answer = send(batch(track()))
    assert is_refusal(answer, 503) and answer["Retry-After"].isdigit()


def test_a_browser_may_ask_before_and_send_from_any_page(client, send):
    answer = client.options("/v1/t", headers={"origin": "https://shop.example"})
    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Access-Control-Allow-Headers"] == "Authorization, Content-Type, X-Retry-Count"
    assert send(batch(track()))["Access-Control-Allow-Origin"] == "*"
    assert send(b"{")["Access-Control-Allow-Origin"] == "*"


def test_whatever_a_library_accepts_it_gets_json(send):
    assert send(batch(track()), accept="text/html").json() == {"success": True}


def test_an_event_that_nobody_listens_to_is_told_once_a_day_and_not_refused(send):
    for number in range(3):
        assert send(batch(track(f"m-{number}", event="Song Played"))).json() == {"success": True}
    told = RejectedEvent.objects.get()
    assert (told.code, told.reason) == ("not_mapped", "No touchpoint listens to the event “Song Played”.")


def test_a_thousand_messages_look_their_touchpoint_up_once(send, django_assert_max_num_queries):
    send(batch(track("m-0")))
    messages = [track(f"m-{number}", userId=None, anonymousId="a") for number in range(1, 51)]
    with django_assert_max_num_queries(50 * 5 + 20):
        send(batch(*messages))
    assert TouchpointEvent.objects.count() == 51


def test_two_touchpoints_never_listen_to_the_same_event(send, admin_client):
    other = rows.touchpoint("payment")
    values = {"name": "P", "slug": "payment", "stage": other.stage_id, "channel": "web", "coverage": "measured"}
    values |= {"event_name": "order completed", "weight": "1"}
    page = admin_client.post(reverse("admin:surveys_touchpoint_change", args=[other.pk]), values)
    assert "Another touchpoint already listens to an event of this name." in page.content.decode()
