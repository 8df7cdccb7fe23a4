"""The link by which a recipient says no. It names the message; whom and which address, only the database knows."""

import hmac

from django.conf import settings
from django.core.signing import BadSignature, Signer

from surveys.models import Delivery
from vocplatform.lib.tokens import keyed_digest

LONGEST_TOKEN = 100


def _signer() -> Signer:
    return Signer(salt="voc.unsubscribe")


def unsubscribe_link(delivery: Delivery) -> str:
    return f"{settings.PUBLIC_URL}/u/{_signer().sign(str(delivery.pk))}/"


def find_unsubscriber(token: str) -> Delivery | None:
    """The message that the link came with; None for every link that is none."""
    try:
        pk = _signer().unsign(token[:LONGEST_TOKEN])
    except BadSignature:
        return None
    return Delivery.objects.select_related("invitation__version").filter(pk=int(pk)).first()


def unsubscribe_mailto(delivery: Delivery) -> str:
    """The same for mail programs that write instead of clicking; empty without an address that reaches us."""
    local, at, domain = settings.REPLY_ADDRESS.partition("@")
    return f"mailto:{local}+{_mail_token(delivery.pk)}@{domain}?subject=unsubscribe" if at else ""


def find_mail_unsubscriber(token: str) -> Delivery | None:
    """The message that an address of `unsubscribe_mailto` came with; mail servers do not keep capitals."""
    name, _dash, rest = token.lower()[:LONGEST_TOKEN].partition("-")
    number = rest.partition("-")[0]
    if name != "u" or not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    if not hmac.compare_digest(_mail_token(int(number)).encode(), token.lower().encode()):
        return None
    return Delivery.objects.filter(pk=int(number)).first()


def _mail_token(pk: int) -> str:
    return f"u-{pk}-{keyed_digest('unsubscribe-mail', str(pk))[:32]}"
