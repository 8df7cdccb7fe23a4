from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vocplatform.lib.models import Timestamped


class ContactPolicy(Timestamped):
    """How often one person may be asked: two clocks, each running from the invitation and from the answer."""

    name = models.CharField(_("name"), max_length=100)
    is_default = models.BooleanField(_("in force"), default=False)
    survey_after_invitation_days = models.PositiveSmallIntegerField(
        _("same survey, days after an invitation"), default=30
    )
    survey_after_response_days = models.PositiveSmallIntegerField(_("same survey, days after an answer"), default=30)
    account_after_invitation_days = models.PositiveSmallIntegerField(
        _("any survey, days after an invitation"), default=7
    )
    account_after_response_days = models.PositiveSmallIntegerField(_("any survey, days after an answer"), default=14)
    cap_count = models.PositiveSmallIntegerField(_("at most this many invitations"), default=2)
    cap_days = models.PositiveSmallIntegerField(_("within days"), default=90)
    moment_of_truth_skips_survey_clock = models.BooleanField(
        _("moments of truth skip the clocks of the same survey"),
        default=True,
        help_text=_("Never the account-wide clocks, the cap or an opt-out."),
    )
    email_needs_consent = models.BooleanField(
        _("e-mail only after a yes"),
        default=False,
        help_text=_("Off: a customer is asked after a contact unless she said no."),
    )
    sms_needs_consent = models.BooleanField(_("SMS only after a yes"), default=True)

    class Meta:
        ordering = ["-is_default", "name"]
        verbose_name = _("contact policy")
        verbose_name_plural = _("contact policies")
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_policy_is_in_force")
        ]

    def __str__(self) -> str:
        return self.name
