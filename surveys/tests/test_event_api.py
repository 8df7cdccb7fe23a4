import gzip
import json
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from surveys.api import events as door
from surveys.api.bodies import LARGEST_BODY
from surveys.api.throttle import place_for
from surveys.models import ApiKey, Customer, RejectedEvent, TouchpointEvent
from surveys.services.api_keys import create_api_key, revoke_api_key
from surveys.tests import rows

pytestmark = pytest.mark.django_db
URL = "/api/v1/events"


@pytest.fixture
def key():
    rows.touchpoint("delivery")
    return create_api_key(rows.source(), name="test", scopes=["events:write"])[1]


@pytest.fixture
def post(client, key):
    def send(body, *, url=URL, bearer=key, content_type="application/json", **headers):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {bearer}"} | headers
        return client.post(url, content, content_type=content_type, headers=headers)

    return send


def event(event_id="E-1", **changes):
    plain = {
        "event_id": event_id,
        "touchpoint": "delivery",
        "occurred_at": timezone.now().isoformat(),
        "customer": {"external_id": "C-1", "email": "ana@example.org"},
    }
    return {name: value for name, value in (plain | changes).items() if value is not ...}


def test_a_new_event_answers_201_and_its_replay_200(post):
    body = event()
    assert (post(body).status_code, post(body).status_code) == (201, 200)
    assert TouchpointEvent.objects.count() == 1


def test_a_customer_may_be_just_a_number(post):
    assert post(event(customer="C-77")).status_code == 201
    assert Customer.objects.get().external_id == "C-77"


def test_an_event_may_say_that_it_is_nobodys(post):
    assert post(event(customer=None)).status_code == 201
    assert TouchpointEvent.objects.get().customer is None


def test_a_zero_in_an_attribute_stays_a_zero(post):
    post(event(attributes={"score": 0, "amount": 0.0, "flag": False, "nothing": None}))
    assert TouchpointEvent.objects.get().attributes == {"score": 0, "amount": 0.0, "flag": False, "nothing": None}


@pytest.mark.parametrize("url", [URL, URL + "/"])
def test_no_slash_is_ever_redirected(post, url):
    assert post(event(), url=url).status_code == 201


@pytest.mark.parametrize("label", ["application/json", "text/plain", "application/x-www-form-urlencoded", "nonsense"])
def test_the_label_of_the_body_does_not_matter(post, label):
    assert post(event(), content_type=label).status_code == 201


@pytest.mark.parametrize("labelled", [{"content-encoding": "gzip"}, {}])
def test_a_packed_body_is_unpacked_labelled_or_not(post, labelled):
    assert post(gzip.compress(json.dumps(event()).encode()), **labelled).status_code == 201


def test_the_same_id_for_something_else_answers_422_and_keeps_the_first(post):
    post(event(attributes={"total": 1}))
    answer = post(event(attributes={"total": 2}))
    assert (answer.status_code, answer.json()["code"]) == (422, "event_id_reused")
    assert TouchpointEvent.objects.get().attributes == {"total": 1}


def test_in_a_list_the_good_ones_are_kept_and_the_bad_ones_named(post):
    known = event("E-0")
    post(known)
    answer = post([known, event("E-1"), event("E-2", touchpoint="moon"), 7, event("E-3", customer={"name": "Ana"})])
    body = answer.json()
    assert answer.status_code == 200
    assert (body["created"], body["known"], body["rejected"]) == (1, 1, 3)
    assert [result.get("code") for result in body["results"]] == [
        None,
        None,
        "unknown_touchpoint",
        "not_an_event",
        "invalid",
    ]
    assert set(TouchpointEvent.objects.values_list("event_id", flat=True)) == {"E-0", "E-1"}


def test_a_rejected_event_is_kept_for_staff_without_its_values(post):
    post(event("E-9", customer={"email": "not an address"}))
    row = RejectedEvent.objects.get()
    assert (row.event_id, row.code, row.source.slug) == ("E-9", "invalid_address", "shop")
    assert row.excerpt == {"fields": ["customer", "event_id", "occurred_at", "touchpoint"]}
    assert "not an address" not in str(row.__dict__)


def test_an_event_that_was_rejected_may_come_again_when_it_is_mended(post):
    assert post(event(touchpoint="returns")).status_code == 422
    rows.touchpoint("returns")
    assert post(event(touchpoint="returns")).status_code == 201


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"event_id": ...}, "event_id"),
        ({"event_id": ""}, "event_id"),
        ({"event_id": "   "}, "event_id"),
        ({"event_id": 7}, "event_id"),
        ({"event_id": None}, "event_id"),
        ({"event_id": "x" * 101}, "event_id"),
        ({"event_id": "a\x00b"}, "event_id"),
        ({"event_id": "a\ud800b"}, "event_id"),
        ({"touchpoint": ""}, "touchpoint"),
        ({"touchpoint": ["delivery"]}, "touchpoint"),
        ({"touchpoint": "x" * 5000}, "touchpoint"),
        ({"occurred_at": ...}, "occurred_at"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"occurred_at": 1700000000}, "occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00Z"}, "occurred_at"),
        ({"occurred_at": "9999-12-31T23:59:59-14:00"}, "occurred_at"),
        ({"occurred_at": "2999-01-01T00:00:00Z"}, "occurred_at"),
        ({"customer": ...}, "customer"),
        ({"customer": {}}, "customer"),
        ({"customer": 7}, "customer"),
        ({"customer": ["C-1"]}, "customer"),
        ({"customer": ""}, "customer.external_id"),
        ({"customer": {"external_id": {"id": 1}}}, "customer.external_id"),
        ({"customer": {"external_id": " "}}, "customer.external_id"),
        ({"customer": {"external_id": "x" * 256}}, "customer.external_id"),
        ({"customer": {"external_id": "C\x00"}}, "customer.external_id"),
        ({"customer": {"external_id": "C", "time_zone": "Mars"}}, "customer.time_zone"),
        ({"customer": {"external_id": "C", "locale": "<script>"}}, "customer.locale"),
        ({"customer": {"external_id": "C", "annual_value": "much"}}, "customer.annual_value"),
        ({"customer": {"external_id": "C", "annual_value": "NaN"}}, "customer.annual_value"),
        ({"customer": {"external_id": "C", "preferred_channel": "fax"}}, "customer.preferred_channel"),
        ({"customer": {"externalId": "C"}}, "customer.externalId"),
        ({"attributes": []}, "attributes"),
        ({"attributes": {f"a{number}": 1 for number in range(201)}}, "attributes"),
        ({"attributes": {"x" * 81: 1}}, "attributes"),
        ({"occured_at": "2026-01-01T00:00:00Z"}, "occured_at"),
    ],
)
def test_each_wrong_field_is_named_in_its_own_words(post, changes, field):
    answer = post(event(**changes))
    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, "invalid")
    assert body["message"].startswith(f"{field}: ")
    assert not TouchpointEvent.objects.exists()


NASTY = {
    "a name twice": b'{"event_id":"a","event_id":"b"}',
    "NaN": b'{"event_id":"a","attributes":{"x":NaN}}',
    "Infinity": b'{"event_id":"a","attributes":{"x":[-Infinity]}}',
    "too large a number": b'{"event_id":"a","attributes":{"x":1e999}}',
    "20 digits": b'{"event_id":"a","attributes":{"x":12345678901234567890}}',
    "65 levels": b'{"attributes":' + b"[" * 65 + b"]" * 65 + b"}",
    "nothing": b"",
    "an empty list": b"[]",
    "text": b'"x"',
    "a number": b"0",
    "null": b"null",
    "cut off": b'{"event_id":"a"',
    "no UTF-8": b"\xff\xfe{",
    "a hundred thousand levels": b"[" * 100_000,
    "5,000 digits": b"[" + b"9" * 5000 + b",",
    "gzip cut off": gzip.compress(b"{}" * 1000)[:-9],
    "gzip by name only": b"\x1f\x8bnonsense",
}


@pytest.mark.parametrize("body", NASTY.values(), ids=NASTY.keys())
def test_a_body_that_cannot_be_read_answers_400_with_code_and_message(post, body):
    answer = post(body)
    assert answer.status_code == 400
    assert set(answer.json()) >= {"code", "message"}
    assert answer.json()["message"]


@pytest.mark.parametrize("name", ["a name twice", "NaN", "Infinity", "too large a number", "20 digits", "65 levels"])
def test_what_spoils_one_event_of_a_list_spoils_only_that_one(post, name):
    good = json.dumps(event("E-1")).encode()
    answer = post(b"[" + good + b"," + NASTY[name] + b"," + json.dumps(event("E-2")).encode() + b"]")
    assert [result["status"] for result in answer.json()["results"]] == ["created", "rejected", "created"]


def test_an_event_over_32_kb_is_rejected_alone(post):
    body = [event("E-1", attributes={"note": "x" * 32 * 1024}), event("E-2")]
    assert [result.get("code") for result in post(body).json()["results"]] == ["too_large", None]


def test_nul_and_half_signs_in_attributes_are_taken_out_and_the_rest_is_kept(post):
    body = event(attributes={"note": "a\x00b\ud83d!", "emoji": "😡"})
    assert post(body).status_code == 201
    assert TouchpointEvent.objects.get().attributes == {"note": "ab!", "emoji": "😡"}


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b" " * LARGEST_BODY + b"]",
        gzip.compress(b"[" + b" " * LARGEST_BODY + b"]"),
        b"[" + b"{}," * 2500 + b"{}]",
    ],
    ids=["4 MB", "4 MB unpacked", "2,501 events"],
)
def test_too_much_at_once_answers_413(post, body):
    answer = post(body)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer ", "Bearer voc_wrong", "Token x", "Bearer " + "x" * 9999, "Bearer \xff"]
)
def test_without_a_good_key_the_answer_is_401_with_code_and_message(client, key, header):
    headers = {"authorization": header} if header else {}
    answer = client.post(URL, json.dumps(event()), content_type="application/json", headers=headers)
    assert answer.status_code == 401
    assert set(answer.json()) == {"code", "message"}


def test_a_key_in_the_address_is_not_looked_at(client, key):
    answer = client.post(
        f"{URL}?key={key}&authorization=Bearer%20{key}", json.dumps(event()), content_type="text/plain"
    )
    assert answer.status_code == 401


def test_a_revoked_key_and_one_that_ran_out_are_refused(post, key):
    row = ApiKey.objects.get()
    revoke_api_key(row.pk, now=timezone.now())
    assert post(event()).status_code == 401
    ApiKey.objects.update(revoked_at=None, expires_at=timezone.now() - timedelta(seconds=1))
    assert post(event()).status_code == 401


def test_a_key_for_something_else_is_refused_with_403(post):
    _row, reader = create_api_key(rows.source(), name="r", scopes=["responses:read"])
    assert post(event(), bearer=reader).status_code == 403


def test_staff_without_a_key_cannot_send_events(admin_client):
    answer = admin_client.post(URL, json.dumps(event()), content_type="application/json")
    assert answer.status_code == 403


def test_the_key_names_the_source_and_its_last_use_is_noted(post, key):
    post(event())
    assert TouchpointEvent.objects.get().source == rows.source()
    assert ApiKey.objects.get().last_used_at is not None


def test_the_key_itself_is_nowhere_in_the_database(key):
    assert key not in str(ApiKey.objects.values().get())


def test_other_methods_answer_405_in_the_same_form(client, key):
    answer = client.get(URL, headers={"authorization": f"Bearer {key}"})
    assert answer.status_code in (403, 405)
    assert set(answer.json()) == {"code", "message"}


def test_a_database_that_is_away_answers_503_and_when_to_come_back(post, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(door, "record_event", away)
    answer = post(event())
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()["code"]) == (503, "5", "unavailable")


def test_two_customers_who_claim_one_address_are_both_kept_apart(post):
    post(event("E-1", customer={"external_id": "C-1", "email": "x@example.org"}))
    assert post(event("E-2", customer={"external_id": "C-2", "email": "x@example.org"})).status_code == 201
    assert Customer.objects.count() == 2


def test_a_batch_that_collides_with_another_one_is_taken_event_by_event(post, monkeypatch):
    real, calls = door.record_event, []

    def collide_once(source, details, *, now):
        calls.append(details.event_id)
        if calls == ["E-1", "E-2"]:
            raise OperationalError("deadlock detected")
        return real(source, details, now=now)

    monkeypatch.setattr(door, "record_event", collide_once)
    answer = post([event("E-1"), event("E-2"), event("E-3")])
    assert answer.json()["created"] == 3
    assert TouchpointEvent.objects.count() == 3


def test_a_flood_of_lists_is_told_to_come_again_and_leaves_room_for_others(post):
    many = [event("E-1"), event("E-2")]
    with place_for(many), place_for(many):
        refused = post(many)
        assert refused.status_code == 429 and 5 <= int(refused["Retry-After"]) <= 25
        assert {"code", "message"} <= set(refused.json())
        assert post(event("E-3")).status_code == 201
    assert post(many).status_code == 200
