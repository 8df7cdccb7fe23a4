"""How many requests with events one key may send, and how many lists of them a process takes in at a time."""

import random
from collections.abc import Iterator, Sized
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.conf import settings
from rest_framework.exceptions import Throttled

from surveys.models import ApiKey
from vocplatform.lib.rates import Limit


def count_request(key: ApiKey) -> None:
    """Raises Throttled, which answers 429 with the seconds to wait in `Retry-After`."""
    if wait := Limit("events", most=settings.EVENTS_PER_MINUTE, seconds=60).wait(f"key {key.pk}"):
        raise Throttled(wait)


LISTS_AT_ONCE = 2  # per web process; its other threads are for customers, who must not wait behind a flood of events
SOONEST_SECONDS, LATEST_SECONDS = 5, 25  # apart, so that those who were sent away do not come back together
_places = BoundedSemaphore(LISTS_AT_ONCE)


@contextmanager
def place_for(items: Sized) -> Iterator[None]:
    """Hold a place while a list is taken in; a single event needs none. Raises Throttled when all are held."""
    if len(items) < 2:
        yield
        return
    if not _places.acquire(blocking=False):
        raise Throttled(random.randint(SOONEST_SECONDS, LATEST_SECONDS))
    try:
        yield
    finally:
        _places.release()
