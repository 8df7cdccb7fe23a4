"""What comes from outside into a case: mail of the customer, a wish to be called, a ticket of the help desk."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loop.models.case import Case
from vocplatform.lib.models import Timestamped


class ReceivedMail(models.Model):
    """One mail that came to the reply address, known by a digest of its id; what it said stands in its case."""

    class Outcome(models.TextChoices):
        TAKEN = "taken", _("put into its case")
        OPENED = "opened", _("opened a case")
        OPTED_OUT = "opted_out", _("asked not to be written to")
        AUTOMATIC = "automatic", _("written by a machine")
        UNKNOWN = "unknown", _("belongs to no case")
        TOO_MANY = "too_many", _("too many in an hour")
        EMPTY = "empty", _("said nothing new")

    digest = models.CharField(max_length=64, unique=True, editable=False)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    case = models.ForeignKey(
        Case, models.SET_NULL, null=True, blank=True, related_name="received_mails", verbose_name=_("case")
    )
    received_at = models.DateTimeField(_("received at"), default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("received mail")
        verbose_name_plural = _("received mails")
        indexes = [models.Index(fields=["case", "received_at"], name="received_mail_by_case")]

    def __str__(self) -> str:
        return self.get_outcome_display()


class CallRequest(Timestamped):
    """A customer wants to be rung within a window and has said yes to these words."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="call_requests", verbose_name=_("case"))
    response = models.OneToOneField(
        "feedback.Response", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("response")
    )
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    wanted_from = models.DateTimeField(_("from"))
    wanted_until = models.DateTimeField(_("until"))
    wording = models.TextField(_("agreed to"))

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("wish to be called")
        verbose_name_plural = _("wishes to be called")
        constraints = [
            models.CheckConstraint(
                condition=Q(wanted_until__gt=F("wanted_from")), name="call_window_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.wanted_from:%Y-%m-%d %H:%M}"


class Ticket(Timestamped):
    """The same matter in another system: a help desk, a CRM."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="tickets", verbose_name=_("case"))
    system = models.SlugField(_("system"), max_length=40)
    number = models.CharField(_("number"), max_length=120)
    url = models.URLField(_("address"), max_length=500, blank=True)
    state = models.CharField(_("state there"), max_length=60, blank=True)

    class Meta:
        ordering = ["system", "pk"]
        verbose_name = _("ticket elsewhere")
        verbose_name_plural = _("tickets elsewhere")
        constraints = [models.UniqueConstraint(fields=["case", "system"], name="one_ticket_per_case_and_system")]

    def __str__(self) -> str:
        return f"{self.system} {self.number}"
