"""Four journeys, from four ways of looking at the same road."""

from django.utils.translation import gettext_lazy as _

from surveys.library.shapes import JourneyPlan, StagePlan

JOURNEYS = (
    JourneyPlan(
        "lifecycle",
        _("Customer lifecycle"),
        _("Six stages from the first contact to recommending. Fits most businesses; begin here."),
        (
            StagePlan("awareness", _("Awareness"), _("Learns that we exist."), ("discover",)),
            StagePlan("consideration", _("Consideration"), _("Weighs us against others."), ("consider",)),
            StagePlan("purchase", _("Purchase"), _("Decides, signs, pays."), ("buy",)),
            StagePlan("onboarding", _("Onboarding"), _("Takes the first steps alone or with us."), ("start",)),
            StagePlan("usage-and-support", _("Usage and support"), _("Relies on it, and on help."), ("use",)),
            StagePlan(
                "retention-and-advocacy", _("Retention and advocacy"), _("Stays, buys again, recommends."), ("stay",)
            ),
        ),
    ),
    JourneyPlan(
        "four-stages",
        _("Before, during and after the purchase"),
        _("Four stages. Fits shops and services that are bought once in a while."),
        (
            StagePlan("awareness", _("Awareness"), _("How customers discover us."), ("discover",)),
            StagePlan("consideration", _("Consideration"), _("How they judge what we offer."), ("consider",)),
            StagePlan("purchase", _("Purchase"), _("How easy buying is."), ("buy",)),
            StagePlan(
                "post-purchase", _("After the purchase"), _("Content, and likely to return?"), ("start", "use", "stay")
            ),
        ),
    ),
    JourneyPlan(
        "contact-centre",
        _("Contact centre"),
        _("Six stages around conversations. Fits businesses whose customers talk to people."),
        (
            StagePlan("discovery", _("Discovery"), _("Comes across us, or writes in anger."), ("discover",)),
            StagePlan("deliberation", _("Deliberation"), _("Reads, compares, asks others."), ("consider",)),
            StagePlan("engagement", _("Engagement"), _("Speaks with us by voice, chat or text."), ("use",)),
            StagePlan("transaction", _("Transaction"), _("Buys with as few steps as possible."), ("buy",)),
            StagePlan("retention", _("Retention"), _("Settles in and considers staying."), ("start",)),
            StagePlan("advocacy", _("Advocacy"), _("Speaks for us."), ("stay",)),
        ),
    ),
    JourneyPlan(
        "feedback-loop",
        _("Feedback loop"),
        _("Five stages. Fits programmes that collect, improve and track in short rounds."),
        (
            StagePlan("discovery", _("Discovery"), _("Meets the need."), ("discover",)),
            StagePlan("awareness", _("Awareness"), _("Meets us."), ()),
            StagePlan("decision", _("Decision"), _("Chooses."), ("consider",)),
            StagePlan("transaction", _("Transaction"), _("Buys and receives."), ("buy", "start")),
            StagePlan("retention", _("Retention"), _("Uses, gets help, stays."), ("use", "stay")),
        ),
    ),
)
