"""Who gets a new case: the named person, the account owner, or whoever of the team has the most room."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, F, FilteredRelation, Max, Q
from django.utils.translation import gettext as _

from loop.models import Case, StaffProfile, TriageRule
from loop.services.audience import is_here
from surveys.models import Customer, Team

DEFAULT_CAPACITY = StaffProfile._meta.get_field("capacity").default
Assignment = TriageRule.Assignment


@dataclass(frozen=True)
class Choice:
    """`owner` None: nobody could take the case, and `reason` says why."""

    owner: AbstractBaseUser | None
    reason: str


Members = Callable[[Team], list[AbstractBaseUser]]


def locked_members(team: Team) -> list[AbstractBaseUser]:
    """Who could work, with `open_cases` and `last_opened_at`. The team is locked, so that two cases see each other."""
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    return list(_members(team))


def choose_owner(
    *,
    assignment: str,
    person: AbstractBaseUser | None,
    team: Team | None,
    customer: Customer | None,
    now: datetime,
    members_of: Members = locked_members,
) -> Choice:
    """Call it in the transaction that gives the case away."""
    if assignment == Assignment.TEAM:
        return Choice(None, _("The rule leaves it to the team."))
    wanted = person if assignment == Assignment.PERSON else None
    if assignment == Assignment.ACCOUNT_OWNER:
        wanted = account_owner(customer)
    if wanted is not None and is_here(wanted, now=now):
        named = assignment == Assignment.PERSON
        return Choice(wanted, _("Named by the rule.") if named else _("The customer's account owner."))
    return by_load(team, language=customer.locale if customer else "", now=now, members_of=members_of)


def account_owner(customer: Customer | None) -> AbstractBaseUser | None:
    if customer is None or not customer.account_owner:
        return None
    return get_user_model().objects.filter(username=customer.account_owner, is_active=True).first()


def by_load(team: Team | None, *, language: str, now: datetime, members_of: Members = locked_members) -> Choice:
    """The member with the smallest share of his capacity in use; of equals, who waited longest for a case."""
    if team is None:
        return Choice(None, _("Neither the rule nor the touchpoint names a team."))
    members = members_of(team)
    if not members:
        return Choice(None, _("The team %(team)s has no members.") % {"team": team})
    present = [member for member in members if is_here(member, now=now)]
    if not present:
        return Choice(None, _("Everybody in the team %(team)s is absent.") % {"team": team})
    with_room = [member for member in present if member.open_cases < capacity_of(member)]
    if not with_room:
        return Choice(None, _("Everybody in the team %(team)s has as many cases as they can work.") % {"team": team})
    speakers = [member for member in with_room if speaks(member, language)]
    return Choice(min(speakers or with_room, key=_turn), _("Most room in the team %(team)s.") % {"team": team})


def capacity_of(person: AbstractBaseUser) -> int:
    profile = getattr(person, "staff_profile", None)
    return DEFAULT_CAPACITY if profile is None else profile.capacity


def speaks(person: AbstractBaseUser, language: str) -> bool:
    """True only for a language that the profile names; `pt-BR` is understood by who speaks `pt`."""
    profile = getattr(person, "staff_profile", None)
    base = language.lower().replace("_", "-").split("-")[0]
    return bool(base and profile) and base in {str(known).lower().split("-")[0] for known in profile.languages}


def _members(team: Team):
    return (
        team.members.filter(is_active=True)
        .select_related("staff_profile")
        .annotate(open_case=FilteredRelation("cases", condition=Q(cases__status__in=Case.OPEN)))
        .annotate(open_cases=Count("open_case"), last_opened_at=Max("open_case__opened_at"))
        .order_by(F("last_opened_at").asc(nulls_first=True), "pk")
    )


def _turn(member) -> tuple:
    waited_longest = (member.last_opened_at is not None, member.last_opened_at)
    return member.open_cases / max(capacity_of(member), 1), waited_longest, member.pk
