"""Keys for other systems: shown once, kept as a digest."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import DEFAULT_DB_ALIAS

from surveys.models import ApiKey, Source
from vocplatform.lib.statements import PreparedRow
from vocplatform.lib.tokens import token_digest

OPENING = "voc_"
NAME_LETTERS, SECRET_BYTES = 8, 24
USE_NOTED_EVERY = timedelta(minutes=1)
KEY_COLUMNS = [field.attname for field in ApiKey._meta.concrete_fields]


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


# Every request of another system asks this.
_unrevoked = PreparedRow(ApiKey.objects.order_by().filter(digest="", revoked_at__isnull=True).values_list(*KEY_COLUMNS))


def find_api_key(text: str, *, now: datetime) -> ApiKey | None:
    """The usable key of this text; its last use is noted once a minute."""
    row = _unrevoked.get(token_digest(text))
    if row is None or (row.expires_at is not None and row.expires_at <= now):
        return None
    key = ApiKey.from_db(DEFAULT_DB_ALIAS, KEY_COLUMNS, row)
    if key.last_used_at is None or key.last_used_at < now - USE_NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


def revoke_api_key(key_id: int, *, now: datetime) -> bool:
    return bool(ApiKey.objects.filter(pk=key_id, revoked_at__isnull=True).update(revoked_at=now))
