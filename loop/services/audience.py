"""Who on the staff must hear of a case."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q, QuerySet

from loop.models import Case, EscalationStep
from surveys.models import Team

Audience = EscalationStep.Audience
MAY_SEE_ALL = Q(codename="view_all_cases", content_type__app_label="loop")


def caretakers(case: Case, *, now: datetime) -> list[AbstractBaseUser]:
    """The owner; while nobody who is here owns the case, the team's lead; without a lead, the managers."""
    return first_carers(case, now=now) or list(managers())


def first_carers(case: Case, *, now: datetime) -> list[AbstractBaseUser]:
    if case.owner is not None and is_here(case.owner, now=now):
        return [case.owner]
    return lead_of(case)


def audience_of(case: Case, audience: str, *, now: datetime) -> list[AbstractBaseUser]:
    if audience == Audience.OWNER:
        return caretakers(case, now=now)
    if audience == Audience.LEAD:
        return lead_of(case) or list(managers())
    return list(managers())


def lead_of(case: Case) -> list[AbstractBaseUser]:
    lead = case.team and case.team.lead
    return [lead] if lead is not None and lead.is_active else []


def receivers_of(case: Case) -> list[AbstractBaseUser]:
    """Who takes a case in for its team: the lead; without one everybody in it; of a team of nobody the managers."""
    members = case.team.members.filter(is_active=True).select_related("staff_profile").order_by("pk")
    return lead_of(case) or list(members) or list(managers())


def is_of_team(person: AbstractBaseUser, team: Team) -> bool:
    """A member or the lead. Everybody is, where a team has nobody at all."""
    people = {*team.members.values_list("pk", flat=True), team.lead_id} - {None}
    return not people or person.pk in people


def managers() -> QuerySet:
    """Everybody whose role says that he sees all cases. A superuser who has no such role is left in peace."""
    user = get_user_model()
    permission = user._meta.get_field("user_permissions").related_model.objects.filter(MAY_SEE_ALL)
    by_role = Q(groups__permissions__in=permission) | Q(user_permissions__in=permission)
    return user.objects.filter(by_role, is_active=True).select_related("staff_profile").distinct().order_by("pk")


def is_here(person: AbstractBaseUser, *, now: datetime) -> bool:
    profile = getattr(person, "staff_profile", None)
    return person.is_active and (profile is None or profile.absent_until is None or profile.absent_until <= now)


def unique(people: Iterable[AbstractBaseUser]) -> list[AbstractBaseUser]:
    return list({person.pk: person for person in people}.values())
