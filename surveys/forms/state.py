"""What a page must remember between two requests, signed into the form: no cookie and no session.

Signed for one link only. Whoever holds it is the person who typed what came before it; the link alone is not proof,
because links are forwarded.
"""

import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.signing import BadSignature, Signer

ANSWER, EDIT = "a", "e"


@dataclass(frozen=True, slots=True)
class FormState:
    submission_id: uuid.UUID
    started_at: datetime
    version_id: int
    intent: str = ANSWER
    locale: str = ""  # the reader's choice, where the survey speaks several languages

    @property
    def is_edit(self) -> bool:
        return self.intent == EDIT


def new_state(
    version_id: int, *, now: datetime, intent: str = ANSWER, submission_id: uuid.UUID | None = None
) -> FormState:
    return FormState(submission_id or uuid.uuid4(), now, version_id, intent)


def sign_state(state: FormState, link: str) -> str:
    """`link` is the secret or code that the form belongs to."""
    name = urlsafe_b64encode(state.submission_id.bytes).decode().rstrip("=")
    milliseconds = int(state.started_at.timestamp() * 1000)
    tongue = f".{state.locale}" if state.locale else ""
    return _signer(link).sign(f"{state.intent}.{name}.{milliseconds:x}.{state.version_id:x}{tongue}")


def read_state(signed: str, link: str) -> FormState | None:
    """None for anything that was not signed here for this very link."""
    try:
        intent, name, milliseconds, version, *tongue = _signer(link).unsign(signed).split(".", maxsplit=4)
        submission_id = uuid.UUID(bytes=urlsafe_b64decode(name + "=="))
        started_at = datetime.fromtimestamp(int(milliseconds, 16) / 1000, tz=UTC)
        return FormState(submission_id, started_at, int(version, 16), intent, *tongue)
    except (BadSignature, ValueError, NotBase64):
        return None


def _signer(link: str) -> Signer:
    return Signer(salt=f"voc.form:{link}")
