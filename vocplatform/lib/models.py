import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is misread over the phone


class Timestamped(models.Model):
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True, editable=False)

    class Meta:
        abstract = True


def public_code(length: int = 8) -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


class PublicCode(models.Model):
    """A short random name that may be read aloud; it identifies, it does not authorise."""

    code = models.CharField(_("code"), max_length=16, unique=True, default=public_code, editable=False)

    class Meta:
        abstract = True
