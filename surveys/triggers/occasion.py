"""Everything one decision looks at, gathered beforehand: rows as they were read, nothing followed from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from surveys.models.channel import AddressChannel
from surveys.models.customer import Customer
from surveys.models.event import TouchpointEvent
from surveys.models.journey import Touchpoint
from surveys.models.policy import ContactPolicy
from surveys.models.survey import Survey
from surveys.models.trigger import TriggerCondition, TriggerRule
from surveys.triggers.fatigue import Contact


@dataclass(frozen=True)
class Way:
    """One channel by which a person can be reached, and what stands in its way."""

    channel: str
    address: str = ""
    is_suppressed: bool = False
    consent: str = ""
    zones: tuple[ZoneInfo, ...] = ()

    @property
    def needs_address(self) -> bool:
        return self.channel in AddressChannel.values


@dataclass(frozen=True)
class Person:
    customer: Customer
    ways: Mapping[str, Way]
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True)
class Occasion:
    """One reason to ask. Without a rule somebody asks directly; without a person nobody in particular is asked."""

    now: datetime
    survey: Survey
    channel: str
    policy: ContactPolicy
    home_zone: ZoneInfo
    person: Person | None = None
    touchpoint: Touchpoint | None = None
    event: TouchpointEvent | None = None
    rule: TriggerRule | None = None
    conditions: tuple[TriggerCondition, ...] = ()
    facts: Mapping[str, Mapping] = field(default_factory=dict)
    reserved: frozenset[int] = frozenset()  # surveys that keep one ask under the cap free for themselves
    asked_by: str = ""
    needs_yes: bool = False  # the survey rests on consent, whatever the contact policy says

    def way(self, channel: str) -> Way:
        ways = self.person.ways if self.person else {}
        return ways.get(channel) or Way(channel, zones=(self.home_zone,))


@dataclass(frozen=True)
class Line:
    """One check in a trace: which, how it went, and the sentence for whoever asks why."""

    check: str
    passed: bool
    text: str


@dataclass(frozen=True)
class Answer:
    asks: bool
    reason: str
    sentence: str
    trace: tuple[Line, ...]
    way: Way
    due_at: datetime
