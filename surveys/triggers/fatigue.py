"""How often may one person be asked? Clocks for {this, any} survey after {an ask, an answer}, and a cap."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Limits:
    """Days are blocks of 24 hours; 0 means no limit. The cap allows `cap_count` asks within any `cap_days`."""

    survey_after_invitation_days: int = 0
    survey_after_response_days: int = 0
    account_after_invitation_days: int = 0
    account_after_response_days: int = 0
    cap_count: int = 0
    cap_days: int = 0

    @property
    def has_cap(self) -> bool:
        return self.cap_count > 0 and self.cap_days > 0


@dataclass(frozen=True)
class Contact:
    """One earlier ask, sent or still waiting to be sent, and when it was answered.

    The question after a case starts the clocks but uses no ask of the cap: else nobody who complained would be asked
    again within the quarter, and no effect would ever be seen.
    """

    survey_id: int
    asked_at: datetime
    answered_at: datetime | None = None
    uses_an_ask: bool = True


@dataclass(frozen=True)
class Rest:
    """A limit that holds until a moment: its name, its length, and the contact that started it."""

    limit: str
    days: int
    since: datetime

    @property
    def until(self) -> datetime:
        return self.since + timedelta(days=self.days)


def rests(limits: Limits, contacts: Iterable[Contact], *, survey_id: int, at: datetime) -> list[Rest]:
    """Every limit that forbids asking for this survey at that moment; none means go ahead."""
    contacts = list(contacts)
    same = [contact for contact in contacts if contact.survey_id == survey_id]
    found = [
        _clock("survey_after_invitation", limits.survey_after_invitation_days, _asked(same)),
        _clock("survey_after_response", limits.survey_after_response_days, _answered(same)),
        _clock("account_after_invitation", limits.account_after_invitation_days, _asked(contacts)),
        _clock("account_after_response", limits.account_after_response_days, _answered(contacts)),
        _cap(limits, contacts, at),
    ]
    return [rest for rest in found if rest is not None and rest.until > at]


def asks_left(limits: Limits, contacts: Iterable[Contact], *, at: datetime) -> int | None:
    """How many more asks the cap allows at that moment; None without a cap."""
    return max(limits.cap_count - len(_counted(limits, contacts, at)), 0) if limits.has_cap else None


def _clock(limit: str, days: int, moments: Iterable[datetime]) -> Rest | None:
    since = max(moments, default=None)
    return Rest(limit, days, since) if since is not None and days > 0 else None


def _cap(limits: Limits, contacts: Iterable[Contact], at: datetime) -> Rest | None:
    counted = _counted(limits, contacts, at) if limits.has_cap else []
    full = limits.has_cap and len(counted) >= limits.cap_count
    return Rest("cap", limits.cap_days, counted[-limits.cap_count]) if full else None


def _counted(limits: Limits, contacts: Iterable[Contact], at: datetime) -> list[datetime]:
    asks = _asked(contact for contact in contacts if contact.uses_an_ask)
    return sorted(moment for moment in asks if moment + timedelta(days=limits.cap_days) > at)


def _asked(contacts: Iterable[Contact]) -> Iterator[datetime]:
    return (contact.asked_at for contact in contacts)


def _answered(contacts: Iterable[Contact]) -> Iterator[datetime]:
    return (contact.answered_at for contact in contacts if contact.answered_at is not None)
