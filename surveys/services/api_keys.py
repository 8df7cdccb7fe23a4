"""Keys for other systems: shown once, kept as a digest."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from surveys.models import ApiKey, Source
from vocplatform.lib.tokens import token_digest

OPENING = "voc_"
NAME_LETTERS, SECRET_BYTES = 8, 24
USE_NOTED_EVERY = timedelta(minutes=1)


class UnknownScope(ValueError):
    """The name of a right that does not exist."""


def create_api_key(
    source: Source, *, name: str, scopes: Iterable[str], expires_at: datetime | None = None, actor=None
) -> tuple[ApiKey, str]:
    """Return the row and the key itself, which nobody can read again. Raises UnknownScope."""
    scopes = sorted(set(scopes))
    unknown = set(scopes) - set(ApiKey.Scope.values)
    if unknown:
        raise UnknownScope(", ".join(sorted(unknown)))
    prefix = OPENING + secrets.token_hex(NAME_LETTERS // 2)
    text = f"{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
    row = ApiKey.objects.create(
        source=source,
        name=name,
        prefix=prefix,
        digest=token_digest(text),
        scopes=scopes,
        expires_at=expires_at,
        created_by=actor,
    )
    return row, text


def find_api_key(text: str, *, now: datetime) -> ApiKey | None:
    """The usable key of this text; its last use is noted once a minute."""
    key = ApiKey.objects.usable(now).select_related("source").filter(digest=token_digest(text)).first()
    if key is not None:
        noted_long_ago = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
        ApiKey.objects.filter(noted_long_ago, pk=key.pk).update(last_used_at=now)
    return key


def revoke_api_key(key_id: int, *, now: datetime) -> bool:
    return bool(ApiKey.objects.filter(pk=key_id, revoked_at__isnull=True).update(revoked_at=now))
