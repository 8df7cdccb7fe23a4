from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vocplatform.lib.models import Timestamped


class FactKind(models.TextChoices):
    """What an event of another system says, in the words that metrics are made of."""

    PURCHASE = "purchase", _("purchase (amount)")
    CANCEL = "cancel", _("customer cancelled")
    REFERRAL = "referral", _("customer referred somebody")
    CONTACT_RESOLVED = "contact_resolved", _("contact resolved (at first contact: yes or no)")
    FIRST_RESPONSE = "first_response", _("first response (seconds waited)")
    CONTACT_ANSWERED = "contact_answered", _("contact answered (seconds waited in line)")
    CONTACT_LOST = "contact_lost", _("contact given up while waiting in line")
    CONTACT_HANDLED = "contact_handled", _("contact finished (seconds of handling)")
    PROCESS_STARTED = "process_started", _("process started")
    PROCESS_FINISHED = "process_finished", _("process finished")
    PROCESS_ABANDONED = "process_abandoned", _("process given up")
    CART_STARTED = "cart_started", _("cart started")
    CART_ABANDONED = "cart_abandoned", _("cart left")
    BOUNCE = "bounce", _("page left without a further step (seconds stayed)")
    AT_RISK = "at_risk", _("customer found to be at risk")
    SAVE_OFFER = "save_offer", _("offer made to keep the customer")


NUMBER_KINDS = (
    FactKind.PURCHASE,
    FactKind.FIRST_RESPONSE,
    FactKind.CONTACT_ANSWERED,
    FactKind.CONTACT_HANDLED,
    FactKind.BOUNCE,
)
YES_NO_KINDS = (FactKind.CONTACT_RESOLVED,)


class FactRule(Timestamped):
    """Which events of a touchpoint mean what, and which of their properties carries the value."""

    touchpoint = models.ForeignKey(
        "surveys.Touchpoint", models.CASCADE, related_name="fact_rules", verbose_name=_("touchpoint")
    )
    kind = models.CharField(_("means"), max_length=20, choices=FactKind)
    value_property = models.CharField(
        _("property with the value"),
        max_length=80,
        blank=True,
        help_text=_(
            "For purchases the amount, for waiting, handling and staying the seconds, for resolved contacts yes or no."
        ),
    )
    when_property = models.CharField(
        _("only where the property"), max_length=80, blank=True, help_text=_("Empty: every event of the touchpoint.")
    )
    when_value = models.CharField(_("is"), max_length=80, blank=True)
    run_property = models.CharField(
        _("property that names the run"),
        max_length=80,
        blank=True,
        help_text=_("A process or cart number that start and end share. Empty: the customer."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    last_event_id = models.BigIntegerField(_("read up to event"), default=0, editable=False)
    unreadable = models.PositiveIntegerField(_("events without a usable value"), default=0, editable=False)

    class Meta:
        ordering = ["touchpoint", "kind", "pk"]
        verbose_name = _("meaning of events")
        verbose_name_plural = _("meanings of events")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=[*NUMBER_KINDS, *YES_NO_KINDS]) | ~Q(value_property=""),
                name="fact_rule_names_the_property_it_needs",
            ),
            models.CheckConstraint(
                condition=Q(when_value="") | ~Q(when_property=""), name="fact_rule_compares_a_named_property"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.touchpoint}: {self.get_kind_display()}"


class Fact(models.Model):
    """One event as metrics read it. It comes again from the event whenever its rule changes."""

    rule = models.ForeignKey(FactRule, models.CASCADE, related_name="facts", verbose_name=_("rule"))
    event = models.ForeignKey("surveys.TouchpointEvent", models.CASCADE, related_name="facts", verbose_name=_("event"))
    kind = models.CharField(_("means"), max_length=20, choices=FactKind)
    touchpoint = models.ForeignKey(
        "surveys.Touchpoint", models.CASCADE, related_name="facts", verbose_name=_("touchpoint")
    )
    customer = models.ForeignKey(
        "surveys.Customer", models.SET_NULL, null=True, related_name="facts", verbose_name=_("customer")
    )
    occurred_at = models.DateTimeField(_("happened at"))
    number = models.FloatField(_("value"), null=True)
    yes = models.BooleanField(_("yes"), null=True)
    run = models.CharField(_("run"), max_length=120, blank=True)

    class Meta:
        ordering = ["-occurred_at", "-pk"]
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        constraints = [
            models.UniqueConstraint(fields=["event", "rule"], name="fact_once_per_event_and_rule"),
            models.CheckConstraint(
                condition=~Q(kind__in=NUMBER_KINDS) | Q(number__isnull=False, number__gte=0), name="fact_has_its_number"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=YES_NO_KINDS) | Q(yes__isnull=False), name="fact_has_its_yes_or_no"
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "-occurred_at"], name="fact_by_kind"),
            models.Index(fields=["touchpoint", "kind", "-occurred_at"], name="fact_by_touchpoint"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.occurred_at:%Y-%m-%d}"
