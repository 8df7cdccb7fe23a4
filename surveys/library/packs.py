"""Touchpoints to begin with: four that every business has, and what six industries add."""

from django.utils.translation import gettext_lazy as _

from surveys.library.shapes import Pack, TouchpointPlan

COMMON = Pack(
    "common",
    _("Every business"),
    _("Purchase, help, bills and the talk afterwards."),
    (
        TouchpointPlan(
            "purchase",
            _("Purchase"),
            "buy",
            "web",
            _("Get it without detours."),
            _("Feel sure about the choice."),
            is_moment_of_truth=True,
        ),
        TouchpointPlan(
            "support-interaction",
            _("Support interaction"),
            "use",
            "phone",
            _("Have the problem solved at the first contact."),
            _("Be taken seriously."),
            is_moment_of_truth=True,
        ),
        TouchpointPlan(
            "billing",
            _("Billing and communications"),
            "use",
            "email",
            _("Understand what is charged."),
            _("Not be surprised."),
        ),
        TouchpointPlan(
            "follow-up", _("Follow-up"), "stay", "email", _("Know what happened next."), _("Not be forgotten.")
        ),
    ),
)

RETAIL = Pack(
    "retail",
    _("Retail"),
    _("Product page, checkout, delivery and returns."),
    (
        TouchpointPlan(
            "product-page", _("Product page"), "consider", "web", _("Find the facts."), _("Trust the description.")
        ),
        TouchpointPlan(
            "checkout", _("Checkout"), "buy", "web", _("Pay in a few steps."), _("Feel safe."), is_moment_of_truth=True
        ),
        TouchpointPlan(
            "delivery",
            _("Delivery"),
            "start",
            "delivery",
            _("Complete, intact, on the day."),
            _("Look forward without worry."),
            is_moment_of_truth=True,
        ),
        TouchpointPlan(
            "return", _("Return or exchange"), "use", "post", _("Send back without effort."), _("Be treated fairly.")
        ),
    ),
)

FINANCIAL = Pack(
    "financial",
    _("Banking"),
    _("Loan decision, branch, app, notices."),
    (
        TouchpointPlan(
            "loan-decision",
            _("Loan decision"),
            "buy",
            "person",
            _("A clear answer soon."),
            _("Respect, also with a no."),
            is_moment_of_truth=True,
        ),
        TouchpointPlan("branch-visit", _("Branch visit"), "use", "person", _("Get it done at once."), _("Be welcome.")),
        TouchpointPlan("banking-app", _("App"), "use", "app", _("See and move money."), _("Be in control.")),
        TouchpointPlan(
            "account-notice", _("Statement or notice"), "use", "post", _("Understand it."), _("Not be alarmed.")
        ),
    ),
)

INSURANCE = Pack(
    "insurance",
    _("Insurance"),
    _("Reporting a loss, decision, settlement, renewal."),
    (
        TouchpointPlan(
            "loss-report",
            _("First notice of loss"),
            "use",
            "phone",
            _("Report once, completely."),
            _("Be helped in distress."),
            is_moment_of_truth=True,
        ),
        TouchpointPlan(
            "claim-decision",
            _("Claim decision"),
            "use",
            "post",
            _("Know what is paid and why."),
            _("Be judged fairly."),
        ),
        TouchpointPlan(
            "settlement",
            _("Settlement"),
            "use",
            "delivery",
            _("The money as promised."),
            _("Be able to close the matter."),
            is_moment_of_truth=True,
        ),
        TouchpointPlan(
            "policy-renewal", _("Renewal"), "stay", "email", _("See what changes."), _("Feel valued, not trapped.")
        ),
    ),
)

HEALTHCARE = Pack(
    "healthcare",
    _("Health care"),
    _("Appointment, intake, treatment, coordination. Keep free text out of mail."),
    (
        TouchpointPlan("appointment", _("Appointment"), "buy", "phone", _("A date that fits."), _("Not be put off.")),
        TouchpointPlan(
            "intake", _("Registration and intake"), "start", "person", _("Tell the story once."), _("Privacy.")
        ),
        TouchpointPlan(
            "treatment",
            _("Visit"),
            "use",
            "person",
            _("Be understood and treated."),
            _("Be safe and informed."),
            is_moment_of_truth=True,
        ),
        TouchpointPlan(
            "care-coordination",
            _("Care coordination"),
            "stay",
            "phone",
            _("Everybody knows the plan."),
            _("Not be left alone."),
        ),
    ),
)

PUBLIC = Pack(
    "public",
    _("Public service and utilities"),
    _("Information, application, counter, portal, alerts. Begin anonymously."),
    (
        TouchpointPlan(
            "service-information", _("Information"), "discover", "web", _("Know what applies to me."), _("Plain words.")
        ),
        TouchpointPlan(
            "application",
            _("Application"),
            "buy",
            "web",
            _("File it completely."),
            _("Be sure that it arrived."),
            is_moment_of_truth=True,
        ),
        TouchpointPlan("counter", _("Service counter"), "use", "person", _("One visit."), _("Be treated as an equal.")),
        TouchpointPlan(
            "self-service", _("Self-service portal"), "use", "app", _("Do it at night."), _("Independence.")
        ),
        TouchpointPlan(
            "outage-alert", _("Outage or alert"), "use", "email", _("Know what and how long."), _("Be told first.")
        ),
    ),
)

SAAS = Pack(
    "saas",
    _("Software as a service"),
    _("Day 7, day 30, support, feature requests."),
    (
        TouchpointPlan(
            "day-7",
            _("Day 7"),
            "start",
            "product",
            _("First result."),
            _("Confidence."),
            is_moment_of_truth=True,
        ),
        TouchpointPlan("day-30", _("Day 30"), "start", "product", _("It is part of the work."), _("Worth it.")),
        TouchpointPlan("technical-support", _("Technical support"), "use", "chat", _("Solved."), _("Competent help.")),
        TouchpointPlan("feature-request", _("Feature request"), "stay", "web", _("Be heard."), _("Have a say.")),
    ),
)

PACKS = (COMMON, RETAIL, FINANCIAL, INSURANCE, HEALTHCARE, PUBLIC, SAAS)
