"""Who gets a new case: whom the rule, the account or a field names, or who of the team has room or is next in turn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, F, FilteredRelation, Max, Q
from django.utils.translation import gettext as _

from loop.models import Case, StaffProfile, TriageRule
from loop.services.audience import is_here
from surveys.models import Customer, Team

LOOKED_BACK = timedelta(days=30)
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
    field: str = "",
    skill: str = "",
    now: datetime,
    members_of: Members = locked_members,
) -> Choice:
    """Call it in the transaction that gives the case away. Whoever is named but absent leaves it to the team."""
    if assignment == Assignment.TEAM:
        return Choice(None, _("The rule leaves it to the team."))
    wanted, reason = _named(assignment, person, customer, field)
    if wanted is not None and is_here(wanted, now=now):
        return Choice(wanted, reason)
    return within_team(
        team,
        language=customer.locale if customer else "",
        skill=skill,
        in_turn=assignment == Assignment.IN_TURN,
        now=now,
        members_of=members_of,
    )


def _named(
    assignment: str, person: AbstractBaseUser | None, customer: Customer | None, field: str
) -> tuple[AbstractBaseUser | None, str]:
    if assignment == Assignment.PERSON:
        return person, _("Named by the rule.")
    if assignment == Assignment.ACCOUNT_OWNER:
        return account_owner(customer), _("The customer's account owner.")
    if assignment == Assignment.DATA_FIELD:
        return named_in(customer, field), _("Named in “%(field)s” of the customer.") % {"field": field}
    return None, ""


def account_owner(customer: Customer | None) -> AbstractBaseUser | None:
    if customer is None or not customer.account_owner:
        return None
    return get_user_model().objects.filter(username=customer.account_owner, is_active=True).first()


def named_in(customer: Customer | None, field: str) -> AbstractBaseUser | None:
    """By user name or e-mail address; nobody where two people have that address."""
    value = str((customer.attributes if customer else {}).get(field.strip()) or "").strip()
    if not value:
        return None
    named = Q(username__iexact=value) | Q(email__iexact=value)
    people = list(get_user_model().objects.filter(named, is_active=True).select_related("staff_profile")[:2])
    return people[0] if len(people) == 1 else None


def within_team(
    team: Team | None,
    *,
    language: str,
    skill: str = "",
    in_turn: bool = False,
    now: datetime,
    members_of: Members = locked_members,
) -> Choice:
    """The member with the smallest share of his capacity in use; of equals, who waited longest for a case.

    `in_turn`: who waited longest, however much he has. Who speaks the language comes first either way.
    """
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
    able = [member for member in with_room if has_skill(member, skill)]
    if not able:
        named = {"team": team, "skill": skill}
        return Choice(None, _("Nobody in the team %(team)s who has room has the skill “%(skill)s”.") % named)
    candidates = [member for member in able if speaks(member, language)] or able
    if in_turn:
        return Choice(_waited_longest(candidates, now=now), _("Next in turn in the team %(team)s.") % {"team": team})
    return Choice(min(candidates, key=_turn), _("Most room in the team %(team)s.") % {"team": team})


def has_skill(person: AbstractBaseUser, skill: str) -> bool:
    profile = getattr(person, "staff_profile", None)
    wanted = skill.strip().casefold()
    return not wanted or bool(profile and wanted in {str(known).casefold() for known in profile.skills})


def _waited_longest(people: Sequence, *, now: datetime) -> AbstractBaseUser:
    """By the last case each was given, closed ones too; those that wait in this transaction count already."""
    since = now - LOOKED_BACK
    given = Case.objects.filter(owner__in=people, opened_at__gt=since).values_list("owner").annotate(Max("opened_at"))
    last = dict(given)
    waits = {member.pk: max(last.get(member.pk, since), member.last_opened_at or since) for member in people}
    return min(people, key=lambda member: (waits[member.pk], member.open_cases, member.pk))


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
