"""An SPF record with all that it includes (RFC 7208): whom it lets send, and what reading it costs a receiver."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from vocplatform.lib.nameservers import NameServers

MOST_LOOKUPS = 10  # section 4.6.4: beyond it receivers stop and treat the record as broken
FAR_BEYOND = 3 * MOST_LOOKUPS
TERM = re.compile(
    r"(?P<sign>[+\-~?]?)(?P<what>all|include|exists|ptr|mx|a|ip4|ip6)(:(?P<value>[^/]+(?=/|$)))?(?P<size>/\d.*)?",
    re.IGNORECASE,
)
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass
class Spf:
    """`ending` is the sign before `all`, empty without one; `broken` says why receivers cannot read the record."""

    networks: list[Network] = field(default_factory=list)
    lookups: int = 0
    ending: str = ""
    broken: str = ""

    def permits(self, address: str) -> bool:
        return any(ipaddress.ip_address(address) in network for network in self.networks)


def records_of(names: NameServers, domain: str) -> list[str]:
    return [text for text in names.texts(domain) if re.match(r"v=spf1( |$)", text, re.IGNORECASE)]


def read_spf(names: NameServers, domain: str) -> Spf:
    """Refusals inside of what is included are not weighed: what is let through anywhere counts as let through.

    Raises NoNameServer.
    """
    spf = Spf()
    spf.ending = _read_into(spf, names, domain)
    return spf


def _read_into(spf: Spf, names: NameServers, domain: str) -> str:
    """Add what the record of this domain lets through, and return how it ends."""
    records = records_of(names, domain)
    if len(records) != 1:
        spf.broken = spf.broken or f"{domain} has {len(records) or 'no'} SPF records"
        return ""
    ending, redirect = "", ""
    for term in records[0].split()[1:]:
        found = TERM.fullmatch(term)
        if found is None:
            redirect = term[9:] if term.lower().startswith("redirect=") else redirect
        elif found["what"].lower() == "all":
            ending = found["sign"] or "+"
        else:
            spf.networks += _let_through(spf, names, domain, found)
    if redirect and not ending and _may_ask(spf):
        return _read_into(spf, names, redirect)
    return ending


def _let_through(spf: Spf, names: NameServers, domain: str, term: re.Match) -> list[Network]:
    what, value, size = term["what"].lower(), term["value"] or domain, (term["size"] or "")
    lets = term["sign"] in ("", "+")
    if what in ("ip4", "ip6"):
        return list(_networks(f"{value}{size}")) if lets else []
    if not _may_ask(spf) or "%" in value or what in ("exists", "ptr"):  # these depend on each single mail
        return []
    if what == "include":
        _read_into(spf, names, value)
        return []
    hosts = [value] if what == "a" else [server for server in names.mail_servers(value) if server]
    addresses = [address for host in hosts for address in names.addresses(host)] if lets else []
    return [network for address in addresses for network in _networks(address + _size_for(address, size))]


def _may_ask(spf: Spf) -> bool:
    """Each further name costs a receiver a question; a record that includes itself would ask for ever."""
    spf.lookups += 1
    return spf.lookups <= FAR_BEYOND


def _size_for(address: str, size: str) -> str:
    """`/24//64` is the size for IPv4, then for IPv6 (section 5.6)."""
    four, _slashes, six = size.partition("//")
    if ":" in address:
        return f"/{six}" if six else ""
    return four


def _networks(text: str) -> Iterator[Network]:
    """None for what is no network: a typing error lets nobody send."""
    try:
        yield ipaddress.ip_network(text, strict=False)
    except ValueError:
        return
