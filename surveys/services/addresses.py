"""Addresses: one spelling each, and the list of those that are never written to again."""

from datetime import datetime

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from surveys.models import AddressChannel, Suppression
from vocplatform.lib.tokens import keyed_digest

LONGEST_ADDRESS = 254


class BadAddress(ValueError):
    """The text is not an address we could write to; the message says why."""


def normalise_address(channel: str, text: str, *, locale: str = "") -> str:
    """The one spelling under which an address is stored, compared and suppressed. Raises BadAddress."""
    return normalise_email(text) if channel == AddressChannel.EMAIL else normalise_phone(text, locale=locale)


def normalise_email(text: str) -> str:
    """Small letters throughout: no provider in use tells Ana@ from ana@, and an opt-out must hold for both."""
    local, _at, domain = text.strip().rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode()}".lower()
        validate_email(address)
    except (ValidationError, UnicodeError):
        raise BadAddress(_("This is not an e-mail address.")) from None
    if local.startswith('"'):
        raise BadAddress(_("E-mail addresses with quotation marks cannot be used."))
    if len(address) > LONGEST_ADDRESS:
        raise BadAddress(_("This e-mail address is too long."))
    return address


def normalise_phone(text: str, *, locale: str = "") -> str:
    """In the international form +49…; a national number is read by the region of the locale."""
    region = locale.replace("_", "-").rpartition("-")[2].upper() if "-" in locale.replace("_", "-") else None
    try:
        number = phonenumbers.parse(text.strip(), region)
    except phonenumbers.NumberParseException:
        raise BadAddress(_("This is not a phone number; write it as +49…")) from None
    if not phonenumbers.is_valid_number(number):
        raise BadAddress(_("This phone number does not exist."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def address_digest(channel: str, address: str) -> str:
    return keyed_digest(f"address.{channel}", address)


def suppress(channel: str, digest: str, *, reason: str, now: datetime, ends_at: datetime | None = None) -> Suppression:
    """Never write to the address of this digest again, or not until `ends_at`. The first reason in force stays."""
    in_force = Suppression.objects.in_force().filter(channel=channel, address_digest=digest)
    try:
        with transaction.atomic():
            if ends_at is None:
                in_force.filter(ends_at__isnull=False).update(ends_at=None, reason=reason)
            return in_force.first() or Suppression.objects.create(
                channel=channel, address_digest=digest, reason=reason, created_at=now, ends_at=ends_at
            )
    except IntegrityError:  # somebody else was a moment faster
        return in_force.get()


def is_suppressed(channel: str, address: str) -> bool:
    digest = address_digest(channel, address)
    return Suppression.objects.in_force().filter(channel=channel, address_digest=digest).exists()


def lift_suppression(suppression_id: int, *, note: str, now: datetime) -> Suppression:
    """Allow an address again; only for a written reason."""
    suppression = Suppression.objects.get(pk=suppression_id)
    if suppression.lifted_at is None:
        suppression.lifted_at, suppression.lifted_note = now, note
        suppression.save(update_fields=["lifted_at", "lifted_note"])
    return suppression


def lift_ended(*, now: datetime) -> int:
    """Try again where a suppression was only for the time being."""
    return (
        Suppression.objects.in_force().filter(ends_at__lte=now).update(lifted_at=now, lifted_note="Its time is over.")
    )
