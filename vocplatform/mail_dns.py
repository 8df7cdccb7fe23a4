"""Will receivers believe our mail? What the DNS of a sending domain says, in findings with the next step.

SPF: RFC 7208. DKIM: RFC 6376 and 8301. DMARC: RFC 7489. What large receivers ask for: Google, "Email sender
guidelines", and Yahoo, "Sender Best Practices", both 2024.
"""

import ipaddress
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass
from enum import StrEnum

from vocplatform.lib.nameservers import NameServers, NoNameServer, parents
from vocplatform.lib.spf import MOST_LOOKUPS, Spf, read_spf, records_of

USUAL_SELECTORS = (
    "default", "dkim", "mail", "google", "selector1", "selector2", "s1", "s2", "k1", "k2", "pm", "mandrill", "smtp",
)  # fmt: skip
SHORTEST_KEY_BYTES = 290  # an RSA key of 2048 bits takes 294 in DER
IN_HEADER = "It stands after s= in the DKIM-Signature of any mail that you received from there."


class Standing(StrEnum):
    GOOD = "good"
    CONSIDER = "look"
    BAD = "BAD"
    UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Finding:
    name: str
    standing: Standing
    says: str
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """How our mail leaves. Receivers see it come from `addresses`; with `own_return_path` bounces come to `domain`."""

    domain: str
    addresses: tuple[str, ...] = ()
    selectors: tuple[str, ...] = ()
    own_return_path: bool = True


def examine_sender(names: NameServers, sender: Sender) -> list[Finding]:
    """Raises NoNameServer when nobody answers the first question: then nothing is known about the domain."""
    if not names.has(sender.domain):
        says = f"The name server knows no {sender.domain}."
        step = "Is it spelt right? In a closed network ask one outside: --name-server 192.0.2.1"
        return [Finding("domain", Standing.BAD, says, step)]
    findings = [check_mailbox(names, sender)]
    for check in (check_spf, check_dkim, check_dmarc, check_reverse):
        try:
            findings.append(check(names, sender))
        except NoNameServer as silence:
            name = check.__name__.removeprefix("check_")
            findings.append(Finding(name, Standing.UNKNOWN, str(silence), "Run it again in a while."))
    return [*findings, judge_alignment(findings, sender)]


def check_mailbox(names: NameServers, sender: Sender) -> Finding:
    """Bounces and answers come back to the domain that sends."""
    servers = names.mail_servers(sender.domain)
    if servers == [""] or not (servers or names.addresses(sender.domain)):
        says = f"{sender.domain} takes no mail: what customers answer is lost, and some receivers refuse its mail."
        return Finding("mailbox", Standing.BAD, says, f"Publish an MX record for {sender.domain}.")
    taker = servers[0] if servers else "the domain itself"
    return Finding("mailbox", Standing.GOOD, f"What customers answer is taken by {taker}.")


def check_spf(names: NameServers, sender: Sender) -> Finding:
    step = "Publish one TXT record such as: v=spf1 include:(your provider's name) -all"
    count = len(records_of(names, sender.domain))
    if count != 1:
        says = "No SPF record says who may send." if not count else f"{count} SPF records: receivers read none of them."
        return Finding("spf", Standing.BAD, says, step)
    return _judge_spf(read_spf(names, sender.domain), sender)


def _judge_spf(spf: Spf, sender: Sender) -> Finding:
    if spf.lookups > MOST_LOOKUPS:
        says = f"Reading the SPF record takes {spf.lookups} questions; receivers give up after {MOST_LOOKUPS}."
        return Finding("spf", Standing.BAD, says, "Take out what no longer sends, or list networks instead of names.")
    if spf.broken:
        return Finding(
            "spf", Standing.BAD, f"The SPF record is broken: {spf.broken}.", "Mend the name that it includes."
        )
    if spf.ending == "+":
        return Finding("spf", Standing.BAD, "The SPF record ends in +all: anybody may send.", "End it in -all or ~all.")
    strange = [address for address in sender.addresses if not spf.permits(address)]
    if strange and sender.own_return_path:
        says = f"The SPF record does not let {', '.join(strange)} send."
        return Finding("spf", Standing.BAD, says, f"Add ip4:{strange[0]} or your provider's include to it.")
    if spf.ending in ("", "?"):
        says = "The SPF record does not say what to do with others."
        return Finding("spf", Standing.CONSIDER, says, "End it in ~all, and in -all once reports show nobody missing.")
    says = f"One SPF record, {spf.lookups} questions of {MOST_LOOKUPS}, ends in {spf.ending}all"
    return Finding("spf", Standing.GOOD, f"{says}{', and lets our servers send' if sender.addresses else ''}.")


def check_dkim(names: NameServers, sender: Sender) -> Finding:
    """A key can only be found by its selector, and DNS lists none: without one, the usual ones are tried."""
    keys = {name: key for name in sender.selectors or USUAL_SELECTORS if (key := _dkim_key(names, name, sender.domain))}
    if not keys and sender.selectors:
        says = f"No DKIM key at {sender.selectors[0]}._domainkey.{sender.domain}."
        return Finding("dkim", Standing.BAD, says, "Let your mail server sign, and publish the key that it shows you.")
    if not keys:
        says = f"No DKIM key under any of {len(USUAL_SELECTORS)} usual selectors."
        return Finding("dkim", Standing.CONSIDER, says, f"Name yours: --selector NAME. {IN_HEADER}")
    short = [name for name, key in keys.items() if _is_short(key)]
    if short:
        says = f"The DKIM key of {short[0]} is shorter than 2048 bits."
        return Finding("dkim", Standing.CONSIDER, says, "Make a longer one and change over.")
    return Finding("dkim", Standing.GOOD, f"A DKIM key stands at {', '.join(keys)}.")


def _dkim_key(names: NameServers, selector: str, domain: str) -> dict[str, str]:
    """The tags of the record; none for a key that was taken back (p is empty)."""
    records = [tags_of(text) for text in names.texts(f"{selector}._domainkey.{domain}")]
    return next((tags for tags in records if tags.get("p")), {})


def _is_short(key: dict[str, str]) -> bool:
    if key.get("k", "rsa") != "rsa":
        return False
    try:
        return len(b64decode("".join(key["p"].split()))) < SHORTEST_KEY_BYTES
    except NotBase64:
        return True


def check_dmarc(names: NameServers, sender: Sender) -> Finding:
    policy, domain = _dmarc_of(names, sender.domain)
    if not policy:
        says = "No DMARC record: large receivers refuse or hide mail in volume."
        step = f"Begin with a TXT record at _dmarc.{sender.domain}: v=DMARC1; p=none; rua=mailto:(your mailbox)"
        return Finding("dmarc", Standing.BAD, says, step)
    asked = policy.get("sp", policy.get("p", "none")) if domain != sender.domain else policy.get("p", "none")
    if asked.lower() == "none":
        says = f"DMARC at {domain} only watches (p=none): others may write in your name."
        step = "Go on to quarantine once the reports show that your own mail passes."
        return Finding("dmarc", Standing.CONSIDER, says, step)
    if not policy.get("rua"):
        says = f"DMARC at {domain} asks for {asked}, and nobody gets the reports."
        return Finding("dmarc", Standing.CONSIDER, says, "Add rua=mailto:(your mailbox).")
    return Finding("dmarc", Standing.GOOD, f"DMARC at {domain} asks receivers to {asked} what does not pass.")


def _dmarc_of(names: NameServers, domain: str) -> tuple[dict[str, str], str]:
    """The policy of the domain, else that of the nearest domain above it."""
    for each in parents(domain):
        found = [tags for text in names.texts(f"_dmarc.{each}") if (tags := tags_of(text)).get("v") == "DMARC1"]
        if len(found) == 1:
            return found[0], each
    return {}, ""


def check_reverse(names: NameServers, sender: Sender) -> Finding:
    if not sender.addresses:
        says = "Nobody knows from which address your mail leaves, so its name cannot be looked up."
        step = "Name it: --address 192.0.2.1. Where a provider sends for you, this is the provider's duty."
        return Finding("ptr", Standing.UNKNOWN, says, step)
    for address in sender.addresses:
        called = names.names_of(address)
        if not called:
            step = "Ask whoever gives you the address to set its reverse name."
            return Finding("ptr", Standing.BAD, f"{address} has no name (PTR): many receivers refuse its mail.", step)
        if not any(_same(address, each) for name in called for each in names.addresses(name)):
            says = f"{address} is called {called[0]}, but that name leads elsewhere."
            return Finding("ptr", Standing.BAD, says, f"Let {called[0]} have the address {address}.")
    return Finding("ptr", Standing.GOOD, f"Name and address of {', '.join(sender.addresses)} lead to each other.")


def _same(one: str, other: str) -> bool:
    return ipaddress.ip_address(one) == ipaddress.ip_address(other)


def judge_alignment(findings: list[Finding], sender: Sender) -> Finding:
    """DMARC wants SPF or DKIM to pass for the very domain that customers see."""
    standing = {finding.name: finding.standing for finding in findings}
    by_spf = sender.own_return_path and standing["spf"] in (Standing.GOOD, Standing.CONSIDER)
    if standing["dkim"] is Standing.GOOD:
        says = f"A DKIM key of {sender.domain} can speak for the sender that customers see."
        return Finding("alignment", Standing.GOOD, says, "" if by_spf else "Let the provider sign as this domain.")
    if by_spf:
        says = "Only SPF speaks for the sender that customers see: a forwarded mail fails."
        return Finding("alignment", Standing.CONSIDER, says, "Let your mail server sign as this domain (DKIM).")
    says = f"Neither SPF nor DKIM speaks for {sender.domain}."
    return Finding("alignment", Standing.BAD, says, "Let the provider sign as this domain (DKIM).")


def tags_of(record: str) -> dict[str, str]:
    """`v=DMARC1; p=none` as a dict; what is no pair is left out."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}
