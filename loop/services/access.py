"""Fetch and authorise in one step, so that no door can do one without the other."""

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from loop.models import Case


def access_case(user: AbstractBaseUser, code: str, *, among: QuerySet[Case] | None = None) -> Case:
    """Return one case that this person may work on. Raises Http404 for a case of another team as for none at all."""
    cases = Case.objects.all() if among is None else among
    return get_object_or_404(cases.visible_to(user), code=code)
