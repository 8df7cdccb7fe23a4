from concurrent.futures import ThreadPoolExecutor

import pytest
from rest_framework.serializers import ValidationError

from surveys.api.event_in import EventIn

FIRST = {"event_id": "e-1", "touchpoint": "checkout", "occurred_at": "2026-05-01T10:00:00Z", "customer": "C-1"}


def test_what_was_wrong_with_one_event_is_not_said_of_the_next():
    with pytest.raises(ValidationError):
        EventIn.read({"event_id": "e-0"})
    assert EventIn.read(FIRST)["event_id"] == "e-1"


def test_events_without_attributes_share_none():
    EventIn.read(FIRST)["attributes"]["colour"] = "red"
    assert EventIn.read(FIRST)["attributes"] == {}


def test_events_read_at_the_same_time_are_not_mixed_up():
    sent = [FIRST | {"event_id": f"e-{number}", "customer": f"C-{number}"} for number in range(500)]
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(EventIn.read, sent))
    assert [(each["event_id"], each["customer"]["external_id"]) for each in read] == [
        (f"e-{number}", f"C-{number}") for number in range(500)
    ]
