"""SMS through any gateway that takes JSON: {"to", "text", "reference"} with a bearer token."""

import json

from django.conf import settings

from vocplatform.lib.delivery import AddressRefused, ChannelDown, DeliveryError, DeliveryUnknown, Letter
from vocplatform.lib.http import Reply, post

NO_SUCH_NUMBER = (404, 410, 422)
NOT_LET_IN = (401, 403)
LOST_ON_THE_WAY = (502, 504)


class SmsChannel:
    name = "sms"
    may_repeat = False

    def send(self, letter: Letter) -> str:
        if not settings.SMS_GATEWAY_URL:
            raise DeliveryError("SMS_GATEWAY_URL is not set.", permanent=True)
        reference = letter.headers.get("Message-ID", "")
        content = {"to": letter.to, "text": letter.text.strip(), "reference": reference}
        headers = {"Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}", "Idempotency-Key": reference}
        reply = post(settings.SMS_GATEWAY_URL, json.dumps(content).encode(), headers)
        if reply.is_success:
            return _reference(reply) or reference
        if reply.asks_to_wait:
            raise ChannelDown(f"The SMS gateway answered {reply.status}.")
        raise _problem(reply.status)


def _reference(reply: Reply) -> str:
    try:
        answer = json.loads(reply.body)
    except ValueError:
        return ""
    return str(answer.get("id", ""))[:200] if isinstance(answer, dict) else ""


def _problem(status: int) -> DeliveryError | DeliveryUnknown:
    said = f"The SMS gateway answered {status}."
    if status in LOST_ON_THE_WAY:
        return DeliveryUnknown(said)
    if status in NO_SUCH_NUMBER:
        return AddressRefused(said)
    if status in NOT_LET_IN:
        return ChannelDown(said)
    return DeliveryError(said, permanent=status < 500)
