"""Posting to an address that a person typed in: it must lead outside, when it is saved and when it is used.

OWASP, "Server-Side Request Forgery Prevention": a name is checked by what it resolves to, and again by the peer of the
open socket, since a name may lead elsewhere a moment later.
"""

import ipaddress
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import LocationValueError

from vocplatform.lib.http import Reply, post

HTTPS_PORT = 443
HOLDING_IPV4 = [ipaddress.ip_network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")]


class NotOutside(Exception):
    """The address leads into our own network, or is none that we call; the text says why."""


def check_outside(url: str) -> None:
    """Raises NotOutside. Hosts in WEBHOOK_PRIVATE_HOSTS may stand inside, and may speak plain http."""
    if any(sign <= " " or sign == "\x7f" for sign in url):
        raise NotOutside(_("The address must hold no space and no line break."))
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError:
        raise NotOutside(_("Give an address that begins with https://.")) from None
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        raise NotOutside(_("Give an address that begins with https://."))
    if parts.username or parts.password:
        raise NotOutside(_("The address must hold no user name or password."))
    if _is_trusted(host):
        return
    if parts.scheme != "https":
        raise NotOutside(_("Only https:// is called, so that nobody on the way reads along."))
    if port not in (None, HTTPS_PORT):
        raise NotOutside(_("Only the port 443 is called. An operator may allow the host by a setting."))
    if not all(is_outside(address) for address in _addresses_of(host, HTTPS_PORT)):
        raise NotOutside(_("This address leads into a private network. An operator may allow it by a setting."))


def post_outside(url: str, content: bytes, headers: Mapping[str, str]) -> Reply:
    """As `post`; raises NotOutside besides."""
    check_outside(url)
    with requests.Session() as session:
        session.trust_env = False
        session.mount("http://", _GuardedAdapter())
        session.mount("https://", _GuardedAdapter())
        try:
            return post(url, content, headers, session=session)
        except LocationValueError as refusal:
            raise NotOutside(str(refusal)) from refusal


def is_outside(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None) or _translated(found) or found
    return found.is_global and inner.is_global and not found.is_multicast


def _translated(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address in its last 32 bits, where a gateway or the system leads there (RFC 6052, 8215, 4291)."""
    is_translated = address.version == 6 and any(address in network for network in HOLDING_IPV4)
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if is_translated else None


def _is_trusted(host: str) -> bool:
    return host.lower() in {each.lower() for each in settings.WEBHOOK_PRIVATE_HOSTS}


def _addresses_of(host: str, port: int) -> set[str]:
    try:
        return {found[4][0] for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as problem:
        raise NotOutside(_("This host name is unknown.")) from problem


class _Guarded:
    """Looks at whom the socket reached before the first byte is sent."""

    def _new_conn(self) -> socket.socket:
        opened = super()._new_conn()
        if not _is_trusted(self.host) and not is_outside(opened.getpeername()[0]):
            opened.close()
            raise LocationValueError(_("This address leads into a private network."))
        return opened


class _GuardedHTTP(_Guarded, HTTPConnection):
    pass


class _GuardedHTTPS(_Guarded, HTTPSConnection):
    pass


class _PoolHTTP(HTTPConnectionPool):
    ConnectionCls = _GuardedHTTP


class _PoolHTTPS(HTTPSConnectionPool):
    ConnectionCls = _GuardedHTTPS


class _GuardedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args, **kwargs) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PoolHTTP, "https": _PoolHTTPS}
