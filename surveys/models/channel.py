from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """The ways by which we ask."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")
    LINK = "link", _("link")
    QR = "qr", _("QR code")
    WIDGET = "widget", _("widget")
    API = "api", _("API")
    WEBHOOK = "webhook", _("own system (webhook)")


ASKING = [Channel.EMAIL, Channel.SMS, Channel.LINK, Channel.WEBHOOK]  # what a trigger rule may choose from
ASKING_CHOICES = [(channel.value, channel.label) for channel in ASKING]


class AddressChannel(models.TextChoices):
    """The ways that need an address, a consent and an opt-out."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")
