"""Whom and which teams a person may name in a form."""

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet

from surveys.models import Team


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, person: AbstractBaseUser) -> str:
        return person.get_full_name() or person.get_username()


def teams_of(user: AbstractBaseUser) -> QuerySet[Team]:
    return Team.objects.all() if user.has_perm("loop.view_all_cases") else Team.objects.filter(members=user)


def colleagues_of(user: AbstractBaseUser) -> QuerySet:
    """Everybody in the teams that this person sees."""
    people = get_user_model().objects.filter(is_active=True, teams__in=teams_of(user).values("pk"))
    return people.distinct().order_by("first_name", "last_name", "username")


def owners_for(user: AbstractBaseUser) -> QuerySet:
    """Whom this person may give a case: anybody of the teams, or only the own self without the right to assign."""
    if user.has_perm("loop.assign_case"):
        return colleagues_of(user)
    return get_user_model().objects.filter(pk=user.pk)
