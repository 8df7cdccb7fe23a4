"""Whom and which teams a person may name in a form."""

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q, QuerySet

from surveys.models import Team


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, person: AbstractBaseUser) -> str:
        return person.get_full_name() or person.get_username()


def teams_of(user: AbstractBaseUser) -> QuerySet[Team]:
    return Team.objects.all() if user.has_perm("loop.view_all_cases") else Team.objects.filter(members=user)


def colleagues_of(user: AbstractBaseUser) -> QuerySet:
    """Everybody in the teams that this person sees, with their leads."""
    teams = teams_of(user).values("pk")
    return _people(Q(teams__in=teams) | Q(led_teams__in=teams))


def owners_for(user: AbstractBaseUser, *, holder_id: int | None = None) -> QuerySet:
    """Whom this person may give a case: anybody of the teams, or only the own self without the right to assign.

    Who has the case is among them, so that a form which leaves the owner alone takes it from nobody.
    """
    kept = Q(pk__in=[pk for pk in (user.pk, holder_id) if pk is not None])
    if not user.has_perm("loop.assign_case"):
        return _people(kept)
    teams = teams_of(user).values("pk")
    return _people(kept | Q(teams__in=teams) | Q(led_teams__in=teams))


def _people(condition: Q) -> QuerySet:
    people = get_user_model().objects.filter(condition, is_active=True)
    return people.distinct().order_by("first_name", "last_name", "username")
