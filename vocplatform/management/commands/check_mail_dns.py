import ipaddress
from argparse import ArgumentTypeError
from email.utils import parseaddr

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from vocplatform.lib.nameservers import NameServers, NoNameServer
from vocplatform.mail_dns import Finding, Sender, Standing, examine_sender

STYLES = {Standing.GOOD: "SUCCESS", Standing.CONSIDER: "WARNING", Standing.BAD: "ERROR", Standing.UNKNOWN: "WARNING"}
NO_DOMAINS = ("localhost", "localhost.localdomain")


def ip_address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as problem:
        raise ArgumentTypeError(f"{text!r} is no IP address") from problem


class Command(BaseCommand):
    help = (
        "Ask the DNS whether receivers will believe our mail: mailbox, SPF, DKIM, DMARC, alignment and PTR of each "
        "sending domain. Exit code 1 if something is wrong, 2 if no name server answers. Takes 30 seconds at most."
    )
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser) -> None:
        parser.add_argument("domains", nargs="*", help="sending domains; the one of MAIL_FROM if none is named")
        parser.add_argument("--selector", action="append", default=[], help="name of your DKIM key; may be repeated")
        parser.add_argument(
            "--address", action="append", default=[], type=ip_address, help="IP address your mail leaves from"
        )
        parser.add_argument("--name-server", default="", help="ask this one (192.0.2.1 or 192.0.2.1:5353)")

    def handle(self, *args, domains, selector, address, name_server, **options) -> None:
        try:
            names = NameServers(name_server)
            senders = [
                Sender(domain, tuple(address) or _leaves_from(names), tuple(selector), not settings.MAIL_PROVIDER)
                for domain in domains or [_own_domain()]
            ]
            bad = sum(self.show(sender, examine_sender(names, sender)) for sender in senders)
        except ValueError as problem:
            raise CommandError(f"--name-server: {problem}") from problem
        except NoNameServer as silence:
            self.stdout.write(f"{silence}\nNothing was learnt, neither good nor bad: this machine may have no network.")
            raise SystemExit(2) from silence
        if bad:
            raise SystemExit(1)

    def show(self, sender: Sender, findings: list[Finding]) -> int:
        """Print what was found and return how much of it is wrong."""
        self.stdout.write(f"\n{sender.domain}")
        for finding in findings:
            mark = getattr(self.style, STYLES[finding.standing])(f"{finding.standing:<4}")
            self.stdout.write(f"{mark}  {finding.name:<10} {finding.says}")
            if finding.next_step:
                self.stdout.write(f"{'':17}{finding.next_step}")
        return sum(finding.standing is Standing.BAD for finding in findings)


def _own_domain() -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()
    if domain in NO_DOMAINS:
        raise CommandError("MAIL_FROM has no domain of its own. Set it, or name a domain: check_mail_dns example.org")
    return domain


def _leaves_from(names: NameServers) -> tuple[str, ...]:
    """The public addresses of our mail server: unless it hands mail on, receivers see these."""
    host = "" if settings.MAIL_PROVIDER else getattr(settings, "EMAIL_HOST", "") or ""
    if not settings.EMAIL_URL or not host:
        return ()
    try:
        found = [str(ipaddress.ip_address(host))]
    except ValueError:
        found = names.addresses(host)
    return tuple(each for each in found if ipaddress.ip_address(each).is_global)
