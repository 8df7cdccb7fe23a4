"""What every way out of the house has in common."""

from dataclasses import dataclass, field
from typing import Protocol


class DeliveryError(Exception):
    """The other side did not take it. `permanent` means that trying again cannot help."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class AddressRefused(DeliveryError):
    """The other side knows no such address: it is never written to again."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, permanent=True)


class ChannelDown(DeliveryError):
    """Nobody answers over there. No fault of this letter: it waits and loses no attempt."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, permanent=False)


class DeliveryUnknown(Exception):
    """The connection broke after the content left: perhaps delivered, so never sent again by itself."""


@dataclass(frozen=True)
class Attachment:
    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    text: str
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    locale: str = "en"
    attachments: tuple[Attachment, ...] = ()


class Channel(Protocol):
    name: str

    def send(self, letter: Letter) -> str:
        """Hand over one letter and return the other side's reference. Raises DeliveryError or DeliveryUnknown."""
        ...
