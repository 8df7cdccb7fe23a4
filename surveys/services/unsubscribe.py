"""The link by which a recipient says no. It names the message; whom and which address, only the database knows."""

from django.conf import settings
from django.core.signing import BadSignature, Signer

from surveys.models import Delivery

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
