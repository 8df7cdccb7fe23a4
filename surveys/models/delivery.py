from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.channel import ASKING_CHOICES
from vocplatform.lib.outbox import Outgoing


class Delivery(Outgoing):
    """One message that carries an invitation; at most once towards the customer."""

    class Kind(models.TextChoices):
        INVITE = "invite", _("invitation")
        REMINDER = "reminder", _("reminder")

    invitation = models.ForeignKey(
        "surveys.Invitation", models.CASCADE, related_name="deliveries", verbose_name=_("invitation")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.INVITE)
    channel = models.CharField(_("channel"), max_length=8, choices=ASKING_CHOICES)
    address = models.CharField(_("address"), max_length=254, blank=True)
    message_id = models.CharField(_("message id"), max_length=200, blank=True, db_index=True)
    outcome = models.CharField(_("what became of it"), max_length=20, blank=True)
    outcome_at = models.DateTimeField(_("known since"), null=True, blank=True)

    class Meta(Outgoing.Meta):
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-pk"]
        constraints = [
            *Outgoing.Meta.constraints,
            models.UniqueConstraint(fields=["invitation", "kind"], name="delivery_once_per_invitation_and_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"


class DeliveryReport(models.Model):
    """What the mail provider told us later about a message; each report counts once."""

    class Kind(models.TextChoices):
        DELIVERED = "delivered", _("delivered")
        DEFERRED = "deferred", _("not delivered yet")
        BOUNCED = "bounced", _("address does not exist")
        COMPLAINED = "complained", _("reported as spam")
        UNSUBSCRIBED = "unsubscribed", _("unsubscribed")

    report_id = models.CharField(_("the provider's id"), max_length=64, unique=True)
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="reports", verbose_name=_("delivery"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name = _("report on a delivery")
        verbose_name_plural = _("reports on deliveries")

    def __str__(self) -> str:
        return self.get_kind_display()
