"""One careful way to post to a server that the operator configured: bounded in time and size, no redirects."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

import requests
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError

from vocplatform.lib.delivery import ChannelDown, DeliveryUnknown

CONNECT_SECONDS, READ_SECONDS = 5, 15  # the second one for each silence, and for the whole answer
LARGEST_ANSWER = 64 * 1024


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    retry_after_seconds: int = 0

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def asks_to_wait(self) -> bool:
        return self.status in (408, 425, 429, 503)


def post(url: str, content: bytes, headers: Mapping[str, str], *, session: requests.Session | None = None) -> Reply:
    """Raises ChannelDown when nothing left us, DeliveryUnknown when the answer is missing."""
    try:
        with (session or requests).post(
            url,
            data=content,
            headers={"Content-Type": "application/json", **headers},
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as answer:
            wait = answer.headers.get("Retry-After", "")
            seconds = int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 6 else 0
            return Reply(answer.status_code, _read(answer.raw, until=monotonic() + READ_SECONDS), seconds)
    except requests.ConnectTimeout as silence:
        raise ChannelDown("Nobody answers at the other side.") from silence
    except requests.ConnectionError as silence:
        if "NewConnectionError" in repr(silence) or "NameResolutionError" in repr(silence):
            raise ChannelDown("Nobody answers at the other side.") from silence
        raise DeliveryUnknown("The connection broke before the answer.") from silence
    except requests.RequestException as silence:
        raise DeliveryUnknown(f"No answer: {type(silence).__name__}.") from silence


def _read(answer: HTTPResponse, *, until: float) -> bytes:
    """As much as we look at, packed as it came. Whoever answers drop by drop is heard no longer than anybody else.

    Raises DeliveryUnknown: the status alone is no receipt while the answer is still under way.
    """
    read = b""
    try:
        while len(read) < LARGEST_ANSWER and (more := answer.read1(LARGEST_ANSWER - len(read), decode_content=False)):
            read += more
            if monotonic() > until:
                raise DeliveryUnknown("The answer takes too long.")
    except (HTTPError, OSError) as silence:
        raise DeliveryUnknown("The connection broke before the answer.") from silence
    return read
