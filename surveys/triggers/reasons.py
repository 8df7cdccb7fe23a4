"""The names of all reasons, for filters, simulations and the admin."""

from django.utils.translation import gettext_lazy as _

ASKED = "asked"

REASONS = {
    ASKED: _("asked"),
    "rule": _("rule not in force"),
    "survey": _("survey not open"),
    "date": _("the date has changed"),
    "condition": _("condition not met"),
    "customer": _("no customer to ask"),
    "holdout": _("kept aside, never asked"),
    "opt_out": _("opted out"),
    "consent": _("no consent"),
    "address": _("no address"),
    "sample": _("not in the sample"),
    "priority": _("a more important rule asks"),
    "survey_after_invitation": _("asked the same not long ago"),
    "survey_after_response": _("answered the same not long ago"),
    "account_after_invitation": _("asked something else not long ago"),
    "account_after_response": _("answered something else not long ago"),
    "cap": _("asked often enough"),
    "kept_free": _("last ask kept for a rarer survey"),
    "quiet": _("no hour suits"),
    "window": _("too late"),
}

BY_POLICY = frozenset(
    {
        "survey_after_invitation",
        "survey_after_response",
        "account_after_invitation",
        "account_after_response",
        "cap",
        "kept_free",
    }
)
