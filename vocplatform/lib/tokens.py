"""Secrets that travel in links. One purpose, one salt: a token of one door opens no other."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode

from django.conf import settings

TOKEN_BYTES = 24  # 192 bits; 32 characters in a link


def new_nonce() -> str:
    return secrets.token_hex(16)


def derive_token(purpose: str, nonce: str, *, key: str | None = None) -> str:
    """Rebuild the link token of a row from its nonce, so that the database alone holds no usable link."""
    secret = (key or settings.SECRET_KEY).encode()
    mac = hmac.new(secret, f"voc.{purpose}:{nonce}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(mac[:TOKEN_BYTES]).decode()


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_digest(purpose: str, value: str) -> str:
    """A digest that cannot be recomputed without our key: for addresses that must be known again but not read."""
    return hmac.new(settings.PEPPER.encode(), f"voc.{purpose}:{value}".encode(), hashlib.sha256).hexdigest()
