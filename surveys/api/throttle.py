"""How many requests with events one key may send."""

from django.conf import settings
from rest_framework.exceptions import Throttled

from surveys.models import ApiKey
from vocplatform.lib.rates import Limit


def count_request(key: ApiKey) -> None:
    """Raises Throttled, which answers 429 with the seconds to wait in `Retry-After`."""
    if wait := Limit("events", most=settings.EVENTS_PER_MINUTE, seconds=60).wait(f"key {key.pk}"):
        raise Throttled(wait)
