"""What a new installation starts with; whatever exists is left as it is."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from loop.models import (
    ActionTaken,
    BusinessCalendar,
    CannedReply,
    Cause,
    EscalationStep,
    Outcome,
    Severity,
    SlaPolicy,
    TriageRule,
)
from loop.rules.facts import STRONGLY_NEGATIVE, UNHAPPY_AT_MOST
from surveys.models import Survey
from surveys.services.surveys import create_from_template, publish_survey

# Working minutes in a calendar of eight-hour days: contact within 24 hours and solution within 72 hours, weekends and
# holidays left out, are one and three working days; 14 days to confirm are ten.
DAY = 480
TARGETS = {
    # severity           acknowledge  contact   resolve   confirm
    Severity.LOW: (DAY, 2 * DAY, 5 * DAY, 10 * DAY),
    Severity.NORMAL: (DAY // 2, DAY, 3 * DAY, 10 * DAY),
    Severity.HIGH: (DAY // 4, DAY // 2, 2 * DAY, 10 * DAY),
    Severity.CRITICAL: (60, 120, DAY, 10 * DAY),
}
LADDER = [
    # overdue for (working minutes), who hears
    (0, EscalationStep.Audience.OWNER),
    (DAY // 2, EscalationStep.Audience.LEAD),
    (DAY, EscalationStep.Audience.MANAGERS),
]
CAUSES = {
    gettext_noop("Product or service"): [
        gettext_noop("Broken or faulty"),
        gettext_noop("Not as described"),
        gettext_noop("Missing function"),
        gettext_noop("Outage"),
    ],
    gettext_noop("Delivery"): [
        gettext_noop("Late"),
        gettext_noop("Damaged"),
        gettext_noop("Wrong or incomplete"),
        gettext_noop("Never arrived"),
    ],
    gettext_noop("Staff"): [
        gettext_noop("Unfriendly"),
        gettext_noop("Did not know"),
        gettext_noop("Promise not kept"),
        gettext_noop("Had to repeat everything"),
    ],
    gettext_noop("Waiting"): [gettext_noop("Could not reach us"), gettext_noop("Slow answer"), gettext_noop("Queue")],
    gettext_noop("Price and billing"): [
        gettext_noop("Wrong invoice"),
        gettext_noop("Price too high"),
        gettext_noop("Refund missing"),
        gettext_noop("Terms unclear"),
    ],
    gettext_noop("Website and app"): [
        gettext_noop("Error on the page"),
        gettext_noop("Hard to use"),
        gettext_noop("Information not found"),
    ],
    gettext_noop("Not ours to change"): [
        gettext_noop("Customer's own mistake"),
        gettext_noop("Third party"),
        gettext_noop("Misunderstood the question"),
    ],
}
ACTIONS = [
    gettext_noop("Explained and apologised"),
    gettext_noop("Fixed"),
    gettext_noop("Replaced or repeated"),
    gettext_noop("Refunded"),
    gettext_noop("Goodwill given"),
    gettext_noop("Passed on to another team"),
    gettext_noop("Nothing could be done"),
]
OUTCOMES = [
    gettext_noop("Put right"),
    gettext_noop("Put right in part"),
    gettext_noop("Made good in another way"),
    gettext_noop("Explained and accepted"),
    gettext_noop("Will be put right later"),
    gettext_noop("Could not be put right"),
    gettext_noop("Customer is leaving"),
]
REPLIES = [
    (
        gettext_noop("First contact"),
        gettext_noop("About your feedback"),
        gettext_noop(
            "Hello {{ customer }},\n\nthank you for telling us what happened. I am sorry that we let you down, and I "
            "am looking into it. You will hear from me again as soon as I know more.\n\n{{ staff }}"
        ),
    ),
    (
        gettext_noop("Asking for details"),
        gettext_noop("One question about your feedback"),
        gettext_noop(
            "Hello {{ customer }},\n\nI would like to put this right. Could you tell me when it happened and what you "
            "expected instead?\n\n{{ staff }}"
        ),
    ),
    (
        gettext_noop("Solved"),
        gettext_noop("We have solved it"),
        gettext_noop(
            "Hello {{ customer }},\n\nwe have dealt with what you wrote to us about. If anything is still open, please "
            "tell me.\n\n{{ staff }}"
        ),
    ),
]


@transaction.atomic
def ensure_loop_defaults(*, now: datetime, locale: str | None = None) -> None:
    """Service level with its calendar, the lists, replies, rules and the survey after a case. Twice is once."""
    with translation.override(locale or settings.LANGUAGE_CODE):
        policy = _ensure_policy()
        if not Cause.objects.exists():
            _create_causes()
        if not ActionTaken.objects.exists():
            ActionTaken.objects.bulk_create(ActionTaken(name=_(name), position=n) for n, name in enumerate(ACTIONS))
        if not Outcome.objects.exists():
            Outcome.objects.bulk_create(Outcome(name=_(name), position=n) for n, name in enumerate(OUTCOMES))
        if not CannedReply.objects.exists():
            _create_replies()
        if not TriageRule.objects.exists():
            _create_rules(policy)
    if not Survey.objects.filter(purpose=Survey.Purpose.RECOVERY).exists():
        survey = create_from_template("recovery", locale=locale or settings.LANGUAGE_CODE)
        publish_survey(survey.pk, actor=None, now=now)


def _ensure_policy() -> SlaPolicy:
    policy = SlaPolicy.objects.filter(is_default=True).first()
    if policy is not None:
        return policy
    calendar, _made = BusinessCalendar.objects.get_or_create(
        name=_("Office hours"), defaults={"time_zone": settings.TIME_ZONE}
    )
    policy = SlaPolicy.objects.create(name=_("Standard"), calendar=calendar, is_default=True)
    names = ("acknowledge_minutes", "contact_minutes", "resolve_minutes", "confirm_minutes")
    for severity, minutes in TARGETS.items():
        policy.targets.create(severity=severity, **dict(zip(names, minutes, strict=True)))
    for level, (overdue_minutes, audience) in enumerate(LADDER, start=1):
        policy.steps.create(level=level, overdue_minutes=overdue_minutes, audience=audience)
    return policy


def _create_causes() -> None:
    for position, (upper, lower) in enumerate(CAUSES.items()):
        parent = Cause.objects.create(name=_(upper), position=position)
        Cause.objects.bulk_create(Cause(name=_(name), parent=parent, position=n) for n, name in enumerate(lower))


def _create_replies() -> None:
    CannedReply.objects.bulk_create(
        CannedReply(name=_(name), locale=translation.get_language() or "en", subject=_(subject), body=_(body))
        for name, subject, body in REPLIES
    )


def _create_rules(policy: SlaPolicy) -> None:
    """The first that fits speaks, so the angriest stand first."""
    rules = [
        (_("Detractor, very unhappy (0–3)"), Severity.HIGH, [("nps", "at_most", "3")]),
        (_("Detractor (NPS 0–6)"), Severity.NORMAL, [("nps", "at_most", UNHAPPY_AT_MOST["nps"])]),
        (_("Dissatisfied (CSAT 1–2)"), Severity.NORMAL, [("csat", "at_most", UNHAPPY_AT_MOST["csat"])]),
        (_("Hard work (CES 1–3)"), Severity.NORMAL, [("ces", "at_most", UNHAPPY_AT_MOST["ces"])]),
        (_("Strongly negative comment at any score"), Severity.NORMAL, [("compound", "at_most", STRONGLY_NEGATIVE)]),
    ]
    for position, (name, severity, conditions) in enumerate(rules, start=1):
        rule = TriageRule.objects.create(name=name, position=position * 10, severity=severity, sla_policy=policy)
        for fact, operator, value in conditions:
            rule.conditions.create(fact=fact, operator=operator, value=str(value))
