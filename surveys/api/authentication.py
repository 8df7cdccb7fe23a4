from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from surveys.models import ApiKey
from surveys.services.api_keys import find_api_key

LONGEST_KEY = 200


@dataclass(frozen=True)
class KeyHolder:
    """Who a key speaks for: a system, never a member of staff."""

    key: ApiKey
    pk = None
    is_active = is_authenticated = True
    is_anonymous = is_staff = is_superuser = False

    def has_perm(self, permission: str, obj: object = None) -> bool:
        return False

    def has_perms(self, permissions: list[str], obj: object = None) -> bool:
        return False

    def __str__(self) -> str:
        return self.key.prefix


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer voc_…`; in no other place is a key looked for."""

    def authenticate(self, request) -> tuple[KeyHolder, ApiKey] | None:
        word, _space, text = get_authorization_header(request).partition(b" ")
        if word.lower() != b"bearer":
            return None
        text = text.strip()
        key = find_api_key(text.decode("latin-1"), now=timezone.now()) if len(text) <= LONGEST_KEY else None
        if key is None:
            raise AuthenticationFailed(_("This key is unknown, revoked or has run out."))
        return KeyHolder(key), key

    def authenticate_header(self, request) -> str:
        return "Bearer"
