"""Mail to a folder: the embedded default, so that every message can be opened and read."""

import uuid
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend


class FolderBackend(BaseEmailBackend):
    """Write each message as one .eml file; the newest sorts last."""

    def send_messages(self, email_messages) -> int:
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
            part = folder / f".{stamp}-{uuid.uuid4().hex[:6]}.part"
            part.write_bytes(message.message().as_bytes())
            part.rename(folder / f"{part.stem[1:]}.eml")  # a reader never sees half a message
        return len(email_messages)
