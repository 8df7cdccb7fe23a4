"""Who is calling, and how often."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from vocplatform.lib.tokens import keyed_digest


def client_address(request: HttpRequest) -> str:
    """The peer, or what our own proxies say; anybody can write the header, so only that many entries are believed."""
    hops = settings.TRUSTED_PROXY_HOPS
    chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if hops and len(chain) >= hops:
        return chain[-hops]
    return request.META.get("REMOTE_ADDR", "")


def is_too_often(purpose: str, who: str, *, most: int, seconds: int) -> bool:
    """Count one try and say whether there were more than `most` of them lately. The address itself is never kept."""
    key = f"often:{purpose}:{keyed_digest('address', who)[:32]}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) > most
    except ValueError:  # it ran out between the two calls
        return False
