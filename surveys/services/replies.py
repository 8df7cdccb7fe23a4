"""Where the answer to an invitation goes: an address that names the message, not the person."""

import hmac

from django.conf import settings

from surveys.models import Delivery
from vocplatform.lib.tokens import keyed_digest

LONGEST_TOKEN = 100


def reply_address(delivery: Delivery) -> str:
    """Empty without REPLY_ADDRESS: then the customer answers the sender."""
    local, at, domain = settings.REPLY_ADDRESS.partition("@")
    return f"{local}+{_token(delivery.pk)}@{domain}" if at else ""


def find_answered(token: str) -> Delivery | None:
    """The message whose reply address bears this token; mail servers do not keep capitals."""
    name, _dash, rest = token.lower()[:LONGEST_TOKEN].partition("-")
    number = rest.partition("-")[0]
    if name != "i" or not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    if not hmac.compare_digest(_token(int(number)).encode(), token.lower().encode()):
        return None
    return Delivery.objects.select_related("invitation__touchpoint").filter(pk=int(number)).first()


def _token(pk: int) -> str:
    return f"i-{pk}-{keyed_digest('invitation-reply', str(pk))[:32]}"
