"""What the DNS says about a name, asked of the machine's own name servers and given up on after a few seconds."""

import ipaddress
import time
from collections.abc import Iterator

from dns.exception import DNSException, Timeout
from dns.name import EmptyLabel, LabelTooLong, NameTooLong
from dns.rdata import Rdata
from dns.resolver import NXDOMAIN, YXDOMAIN, NoAnswer, NoNameservers, NoResolverConfiguration, Resolver
from dns.reversename import from_address

SECONDS_A_NAME = 3
SECONDS_IN_ALL = 30
PORT = 53


class NoNameServer(Exception):
    """Nobody answered; the text says who was asked. It says nothing about the name."""


class NameServers:
    """`server` is an address, with a port where it is not 53; without one, those that this machine is set up with."""

    def __init__(self, server: str = "", *, seconds: float = SECONDS_IN_ALL) -> None:
        self._ends_at = time.monotonic() + seconds
        self._resolver = _resolver(server)
        self._known: dict[tuple[str, str], list[Rdata]] = {}
        self._missing: set[str] = set()

    def has(self, name: str) -> bool:
        """Is there such a name at all, whatever is kept under it?"""
        return self.texts(name) != [] or name not in self._missing

    def texts(self, name: str) -> list[str]:
        """Each TXT record, its pieces put together (RFC 7208, 3.3)."""
        return [b"".join(row.strings).decode("ascii", "replace") for row in self._ask(name, "TXT")]

    def addresses(self, name: str) -> list[str]:
        return [row.address for kind in ("A", "AAAA") for row in self._ask(name, kind)]

    def mail_servers(self, name: str) -> list[str]:
        """The dearest first; one empty name says that the domain takes no mail (RFC 7505)."""
        rows = sorted(self._ask(name, "MX"), key=lambda row: row.preference)
        return [row.exchange.to_text(omit_final_dot=True).removesuffix(".") for row in rows]

    def names_of(self, address: str) -> list[str]:
        """What the address is called (PTR)."""
        rows = self._ask(from_address(address).to_text(), "PTR")
        return [row.target.to_text(omit_final_dot=True) for row in rows]

    def _ask(self, name: str, kind: str) -> list[Rdata]:
        if (name, kind) not in self._known:
            self._known[name, kind] = self._answered(name, kind)
        return self._known[name, kind]

    def _answered(self, name: str, kind: str) -> list[Rdata]:
        """Nothing for a name that is not there, or that no DNS name can be. Raises NoNameServer."""
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise NoNameServer(f"The time for asking is over; the last question was {kind} of {name}.")
        try:
            return list(self._resolver.resolve(name, kind, search=False, lifetime=min(SECONDS_A_NAME, left)))
        except (NXDOMAIN, YXDOMAIN, EmptyLabel, LabelTooLong, NameTooLong):
            self._missing.add(name)
            return []
        except NoAnswer:
            return []
        except (Timeout, NoNameservers, OSError) as silence:
            asked = ", ".join(map(str, self._resolver.nameservers))
            raise NoNameServer(f"No name server answered for {kind} of {name} (asked: {asked}).") from silence
        except DNSException as problem:
            raise NoNameServer(
                f"The answer for {kind} of {name} cannot be read: {type(problem).__name__}."
            ) from problem


def _resolver(server: str) -> Resolver:
    try:
        resolver = Resolver(configure=not server)
    except NoResolverConfiguration as problem:
        raise NoNameServer("This machine is set up with no name server.") from problem
    if server:
        address, port = _split(server)
        resolver.nameservers, resolver.port = [address], port
    return resolver


def _split(server: str) -> tuple[str, int]:
    """`192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:5353`. Raises ValueError."""
    address, _colon, port = server.rpartition(":") if server.count(":") == 1 or "]:" in server else (server, "", "")
    return str(ipaddress.ip_address(address.strip("[]"))), int(port or PORT)


def parents(domain: str) -> Iterator[str]:
    """The domain itself, then each domain above it that is more than one word."""
    words = domain.split(".")
    for place in range(len(words) - 1):
        yield ".".join(words[place:])
