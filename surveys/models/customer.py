from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.models.channel import AddressChannel
from vocplatform.lib.models import Timestamped


class CustomerQuerySet(models.QuerySet):
    def present(self):
        return self.filter(erased_at__isnull=True)


class Customer(Timestamped):
    external_id = models.CharField(
        _("customer number"),
        max_length=255,
        unique=True,
        null=True,
        blank=True,
        help_text=_("The id in your own systems."),
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    locale = models.CharField(_("language"), max_length=12, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    preferred_channel = models.CharField(_("preferred channel"), max_length=8, choices=AddressChannel, blank=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    annual_value = models.DecimalField(_("value per year"), max_digits=12, decimal_places=2, null=True, blank=True)
    account_owner = models.CharField(_("account owner"), max_length=150, blank=True, help_text=_("A staff user name."))
    is_holdout = models.BooleanField(
        _("never asked"), default=False, help_text=_("Kept aside to learn what asking itself does.")
    )
    erased_digest = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    known_at = models.DateTimeField(null=True, blank=True, editable=False)  # as of when the facts above are
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.CheckConstraint(condition=~Q(external_id=""), name="customer_number_is_null_rather_than_empty"),
        ]

    def __str__(self) -> str:
        return self.name or self.external_id or f"#{self.pk}"


class CustomerAddress(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses", verbose_name=_("customer"))
    channel = models.CharField(_("channel"), max_length=8, choices=AddressChannel)
    address = models.CharField(
        _("address"), max_length=254, help_text=_("An e-mail address, or a phone number as +49…")
    )
    is_primary = models.BooleanField(_("first choice"), default=True)
    bounced_at = models.DateTimeField(_("bounced at"), null=True, blank=True)

    class Meta:
        ordering = ["-is_primary", "pk"]
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [models.UniqueConstraint(fields=["channel", "address"], name="address_belongs_to_one_customer")]

    def __str__(self) -> str:
        return self.address


class Consent(models.Model):
    """One statement of a customer about one channel; the newest counts, none is ever changed."""

    class Status(models.TextChoices):
        GRANTED = "granted", _("yes")
        WITHDRAWN = "withdrawn", _("no")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="consents", verbose_name=_("customer"))
    channel = models.CharField(_("channel"), max_length=8, choices=AddressChannel)
    status = models.CharField(_("answer"), max_length=10, choices=Status)
    wording = models.TextField(_("wording that was shown"), blank=True)
    source = models.CharField(_("where it was said"), max_length=100, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [models.Index(fields=["customer", "channel", "-recorded_at"], name="consent_newest_first")]

    def __str__(self) -> str:
        return f"{self.channel}: {self.status}"


class SuppressionQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(lifted_at__isnull=True)


class Suppression(models.Model):
    """An address that is never written to again, known by a keyed digest so that it survives erasure."""

    class Reason(models.TextChoices):
        OPT_OUT = "opt_out", _("opted out")
        BOUNCE = "bounce", _("address does not exist")
        COMPLAINT = "complaint", _("reported as spam")
        MANUAL = "manual", _("entered by staff")
        ERASED = "erased", _("erased on request")

    channel = models.CharField(_("channel"), max_length=8, choices=AddressChannel)
    address_digest = models.CharField(_("digest of the address"), max_length=64, editable=False)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    ends_at = models.DateTimeField(_("for the time being until"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lifted_note = models.CharField(_("why it was lifted"), max_length=300, blank=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address_digest"],
                condition=Q(lifted_at__isnull=True),
                name="address_suppressed_once",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | ~Q(lifted_note=""), name="suppression_lifted_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.get_reason_display()}"


class AddressConflict(models.Model):
    """Two customers claim one address; nobody is merged until a person decides."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="claims", verbose_name=_("claimed by"))
    holder = models.ForeignKey(Customer, models.CASCADE, related_name="contested", verbose_name=_("held by"))
    channel = models.CharField(_("channel"), max_length=8, choices=AddressChannel)
    address = models.CharField(_("address"), max_length=254)
    created_at = models.DateTimeField(_("seen at"), default=timezone.now, editable=False)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("address conflict")
        verbose_name_plural = _("address conflicts")
        constraints = [
            models.UniqueConstraint(fields=["customer", "channel", "address"], name="address_claimed_once_per_customer")
        ]

    def __str__(self) -> str:
        return f"{self.customer} / {self.holder}"
