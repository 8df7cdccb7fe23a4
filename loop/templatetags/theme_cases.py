"""How many cases are open because of what is said about a theme: what the page of a theme asks this floor."""

from django import template
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Exists, OuterRef, Q

from feedback.models import Theme, ThemeMention
from loop.models import Case

register = template.Library()


@register.simple_tag
def open_cases_about(theme: Theme, user: AbstractBaseUser) -> int:
    """Open cases, of those this person may see, whose response speaks of the theme or of one of its parts."""
    mentions = ThemeMention.objects.filter(Q(theme=theme) | Q(theme__parent=theme), response=OuterRef("response"))
    return Case.objects.visible_to(user).open().filter(Exists(mentions)).count()
