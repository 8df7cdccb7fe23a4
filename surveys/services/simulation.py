"""What would this rule have done? The same decision as for real, over events that have happened, leaving no trace."""

from collections import Counter
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.translation import gettext as _

from surveys.models import ContactPolicy, Customer, Source, TouchpointEvent, TriggerCondition, TriggerRule
from surveys.services.dates import SOURCE, calls_between, event_of
from surveys.services.occasions import contacts_of, occasion_of_event, person_of, policy_in_force
from surveys.triggers.decide import decide
from surveys.triggers.fatigue import Contact
from surveys.triggers.occasion import Answer, Person
from surveys.triggers.reasons import ASKED, BY_POLICY, REASONS

MOST_EVENTS = 2000


@dataclass(frozen=True)
class Simulation:
    """Every event counts under one reason; `people` and `channels` are those that would have been asked."""

    events: int
    people: int
    reasons: Mapping[str, int]
    channels: Mapping[str, int]
    is_cut: bool = False

    @property
    def asked(self) -> int:
        return self.reasons.get(ASKED, 0)

    @property
    def held_back(self) -> int:
        """By the contact policy: a rest, the most that anybody is asked, or an ask that is kept free."""
        return sum(number for reason, number in self.reasons.items() if reason in BY_POLICY)

    def sentence(self) -> str:
        """The result as somebody would say it."""
        if not self.events:
            return _("Nothing happened at this touchpoint in that time.")
        numbers = {"asked": self.asked, "people": self.people, "events": self.events}
        said = _("Would have asked %(asked)s times (%(people)s people) after %(events)s events.") % numbers
        others = [f"{number} {REASONS[reason]}" for reason, number in self.reasons.items() if reason != ASKED]
        return f"{said} {_('Not asked:')} {', '.join(others)}." if others else said


def simulate_rule(
    rule: TriggerRule,
    *,
    since: datetime,
    until: datetime,
    conditions: Iterable[TriggerCondition] | None = None,
    policy: ContactPolicy | None = None,
) -> Simulation:
    """Decide again for the events between two moments, the newest 2,000 of them at most; nothing is written.

    The rule may be unsaved, with its conditions beside it. Consent, opt-outs and addresses are those of today: what a
    customer had said at the time is not asked, since nobody would write to her now.
    """
    world = _World(rule, policy or policy_in_force(), conditions)
    newest = _called(rule, since, until) if rule.date_field else _happened(rule, since, until)
    answers = [(event, world.decide(event)) for event in reversed(newest[:MOST_EVENTS])]
    yes = [(event, answer) for event, answer in answers if answer.asks]
    return Simulation(
        events=len(answers),
        people=len({event.customer_id or event.pk for event, _answer in yes}),
        reasons=dict(Counter(answer.reason for _event, answer in answers).most_common()),
        channels=dict(Counter(answer.way.channel for _event, answer in yes).most_common()),
        is_cut=len(newest) > MOST_EVENTS,
    )


def _happened(rule: TriggerRule, since: datetime, until: datetime) -> list[TouchpointEvent]:
    events = TouchpointEvent.objects.happened().filter(
        touchpoint_id=rule.touchpoint_id, occurred_at__gte=since, occurred_at__lt=until
    )
    newest = events.select_related("source", "touchpoint", "customer").order_by("-occurred_at", "-pk")
    return list(newest[: MOST_EVENTS + 1])


def _called(rule: TriggerRule, since: datetime, until: datetime) -> list[TouchpointEvent]:
    """The events that dates would have made; no row holds them."""
    source = Source(slug=SOURCE)
    calls = calls_between(rule, since=since, until=until)[::-1]
    return [event_of(rule, call, source) for call in calls[: MOST_EVENTS + 1]]


@dataclass
class _World:
    """The past, running by once more: it remembers whom the simulated rule has asked."""

    rule: TriggerRule
    policy: ContactPolicy
    conditions: Iterable[TriggerCondition] | None
    people: dict[int, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.conditions is None:
            self.conditions = list(self.rule.conditions.all())
        self.rule = copy(self.rule)
        self.rule.is_active, self.rule.starts_at, self.rule.ends_at = True, None, None

    def decide(self, event: TouchpointEvent) -> Answer:
        at = event.occurred_at
        person = self._person(event.customer, at) if event.customer else None
        occasion = occasion_of_event(
            event, self.rule, person=person, policy=self.policy, now=at, conditions=self.conditions
        )
        answer = decide(occasion)
        if answer.asks and event.customer:
            ours = Contact(self.rule.survey_id, answer.due_at)
            known = self.people[event.customer_id]
            self.people[event.customer_id] = replace(known, contacts=(*known.contacts, ours))
        return answer

    def _person(self, customer: Customer, at: datetime) -> Person:
        """As she is today, with the asks there were until then; the rule's own real ones are left out."""
        if customer.pk not in self.people:
            others = contacts_of(customer.pk, not_by=self.rule)
            self.people[customer.pk] = replace(person_of(customer), contacts=tuple(others))
        person = self.people[customer.pk]
        until_then = (_as_known_at(at, contact) for contact in person.contacts)
        return replace(person, contacts=tuple(contact for contact in until_then if contact))


def _as_known_at(at: datetime, contact: Contact) -> Contact | None:
    if contact.answered_at and contact.answered_at > at:
        contact = replace(contact, answered_at=None)
    return contact if contact.asked_at <= at else None
