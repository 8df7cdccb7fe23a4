"""The customer's own systems show the question: one signed call with the link, by the Standard Webhooks rules."""

from datetime import UTC, datetime

from django.conf import settings
from standardwebhooks.webhooks import Webhook

from vocplatform.lib.delivery import ChannelDown, DeliveryError, DeliveryUnknown, Letter
from vocplatform.lib.http import post

GONE = 410


class WebhookChannel:
    """At least once: the receiver tells a repeated call by its `webhook-id`."""

    name = "webhook"
    may_repeat = True

    def send(self, letter: Letter) -> str:
        if not (settings.INVITATION_WEBHOOK_URL and settings.INVITATION_WEBHOOK_SECRET):
            raise DeliveryError("INVITATION_WEBHOOK_URL or INVITATION_WEBHOOK_SECRET is not set.", permanent=True)
        reference = letter.headers["Message-ID"]
        try:
            reply = post(settings.INVITATION_WEBHOOK_URL, letter.text.encode(), _signed(reference, letter.text))
        except DeliveryUnknown as silence:
            raise ChannelDown(str(silence)) from silence
        if reply.is_success:
            return reference
        said = f"The receiver answered {reply.status}."
        if reply.asks_to_wait:
            raise ChannelDown(said)
        raise DeliveryError(said, permanent=reply.status == GONE)


def _signed(reference: str, content: str) -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "webhook-id": reference,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(settings.INVITATION_WEBHOOK_SECRET).sign(reference, now, content),
    }
