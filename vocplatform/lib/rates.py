"""How often somebody knocks, counted where all processes see it: in Redis when it answers, else in this process."""

import threading
import time
from dataclasses import dataclass
from functools import cache as once
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.core.cache import cache
from redis.backoff import NoBackoff
from redis.retry import Retry

from vocplatform.lib.hooks import Breaker
from vocplatform.lib.tokens import keyed_digest

ANSWER_SECONDS = 0.3  # whoever knocks waits meanwhile
breaker = Breaker()
making = threading.Lock()


@dataclass(frozen=True)
class Limit:
    """At most so many tries within so many seconds from the first one; 0 means any number."""

    purpose: str
    most: int
    seconds: int

    def wait(self, who: str) -> int:
        """Count one try and return how many seconds to wait before the next one; 0 while there were few enough.

        What names the sender is kept only as a keyed digest, and not for longer than the seconds of the limit.
        """
        if not self.most:
            return 0
        key = f"often:{self.purpose}:{keyed_digest('address', who)[:32]}"
        tries, left = _count(key, self.seconds)
        return max(left, 1) if tries > self.most else 0


def _count(key: str, seconds: int) -> tuple[int, int]:
    """The tries with this one, and the seconds that are left. A store that is away is replaced by our own memory."""
    if settings.RATE_STORE_URL and not breaker.is_open:
        try:
            return _count_together(key, seconds)
        except redis.RedisError:
            breaker.trip()
    return _count_alone(key, seconds)


def _count_together(key: str, seconds: int) -> tuple[int, int]:
    with store().pipeline(transaction=True) as pipe:
        pipe.set(key, 0, ex=seconds, nx=True)
        pipe.incr(key)
        pipe.ttl(key)
        _, tries, left = pipe.execute()
    return tries, left


def _count_alone(key: str, seconds: int) -> tuple[int, int]:
    now = int(time.time())
    cache.add(key, 0, timeout=seconds)
    began = cache.get_or_set(f"{key}:from", now, timeout=seconds)
    try:
        return cache.incr(key), seconds - (now - began)
    except ValueError:  # it ran out between the two calls
        return 1, seconds


def store() -> redis.Redis:
    """One client per process, also where two threads are first: one that is dropped closes its connections in use."""
    with making:
        return client()


@once
def client() -> redis.Redis:
    """It fails at once, since the library's own retries take seconds."""
    address = urlsplit(settings.RATE_STORE_URL)
    options = {"socket_timeout": ANSWER_SECONDS, "socket_connect_timeout": ANSWER_SECONDS}
    options["retry"] = Retry(NoBackoff(), 0)
    if address.scheme == "redis+socket":
        return redis.Redis(unix_socket_path=address.path, **options)
    return redis.Redis.from_url(settings.RATE_STORE_URL, **options)
