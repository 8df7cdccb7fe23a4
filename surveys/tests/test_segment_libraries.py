"""The contract with the real libraries as clients, over HTTP: what they send arrives, once, and they are content."""

import pytest
from django.core.cache import cache
from rudderstack.analytics.client import Client as RudderStack
from segment.analytics.client import Client as Segment

from surveys.api import segment as door
from surveys.models import Customer, RejectedEvent, TouchpointEvent
from surveys.services.api_keys import create_api_key
from surveys.tests import rows

pytestmark = pytest.mark.django_db(transaction=True)
LIBRARIES = pytest.mark.parametrize("library", [Segment, RudderStack])


@pytest.fixture
def tries(monkeypatch):
    """The status of each answer, in order."""
    statuses, answer = [], door.SegmentView.finalize_response

    def noting(self, request, response, *args, **kwargs):
        statuses.append(response.status_code)
        return answer(self, request, response, *args, **kwargs)

    monkeypatch.setattr(door.SegmentView, "finalize_response", noting)
    return statuses


@pytest.fixture
def errors():
    return []


@pytest.fixture
def connect(live_server, errors, tries):
    cache.clear()
    rows.touchpoint("delivery", event_name="Order Completed")
    key = create_api_key(rows.source(), name="library", scopes=["events:write"])[1]
    clients = []

    def to_us(library, key=key):
        client = library(key, host=live_server.url, max_retries=1, on_error=lambda error, _: errors.append(error))
        clients.append(client)
        return client

    yield to_us
    for client in clients:
        client.join()


@LIBRARIES
def test_what_a_library_tracks_and_identifies_arrives_in_one_try(connect, library, tries, errors):
    client = connect(library)
    client.identify("C-1", {"email": "ana@example.org", "plan": "gold"})
    client.track("C-1", "Order Completed", {"order": "4711", "total": 0})
    client.flush()
    client.join()
    event = TouchpointEvent.objects.get()
    assert (event.customer.external_id, event.attributes) == ("C-1", {"order": "4711", "total": 0})
    assert Customer.objects.get().attributes == {"plan": "gold"}
    assert set(tries) == {200} and errors == [] and not RejectedEvent.objects.exists()


@LIBRARIES
def test_the_other_calls_of_a_library_are_accepted(connect, library, tries, errors):
    client = connect(library)
    client.page("C-1", "Docs", "Home", {"path": "/"})
    client.screen("C-1", "App", "Start")
    client.group("C-1", "g-1", {"name": "Example Ltd"})
    client.alias("old", "C-1")
    client.flush()
    client.join()
    assert set(tries) == {200} and errors == [] and not RejectedEvent.objects.exists()


@LIBRARIES
def test_a_message_that_is_wrong_costs_the_others_nothing_and_no_second_try(connect, library, tries, errors):
    client = connect(library)
    client.track("C-1", "Order Completed", {"order": "4711"})
    client.track("C-2", "Order Completed", {"x" * 100: 1})
    client.flush()
    client.join()
    assert TouchpointEvent.objects.get().attributes == {"order": "4711"}
    assert RejectedEvent.objects.get().code == "invalid"
    assert set(tries) == {200} and errors == []


@LIBRARIES
def test_a_wrong_key_is_told_in_one_try(connect, library, tries, errors):
    client = connect(library, key="voc_00000000_nobody")
    client.track("C-1", "Order Completed")
    client.flush()
    client.join()
    assert tries == [401] and len(errors) == 1
    assert not TouchpointEvent.objects.exists()
