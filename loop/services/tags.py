"""Words that staff put on cases. What is added and taken off is said singly, so two people at once lose nothing."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from loop.models import CaseEvent, Tag
from loop.services.history import Line, NotAllowed, changing, lock_case
from vocplatform.lib.text import storable

LONGEST = Tag._meta.get_field("name").max_length
MOST_ON_A_CASE = 12


def tag_names(text: str) -> list[str]:
    """“Late,  courier” -> ["late", "courier"]; each once, in the order in which they were written."""
    names = (" ".join(storable(part).split()).lower()[:LONGEST] for part in text.split(","))
    return list(dict.fromkeys(name for name in names if name))


@transaction.atomic
def tag_case(
    case_id: int, *, add: Iterable[str] = (), drop: Iterable[str] = (), actor: AbstractBaseUser, now: datetime
) -> list[str]:
    """Return which of `add` the case did not bear before. A word that nobody used yet becomes a tag."""
    case = lock_case(case_id)
    before = [tag.name for tag in case.tags.all()]
    fresh = [name for name in dict.fromkeys(add) if name not in before]
    gone = set(drop) & set(before)
    if len(before) - len(gone) + len(fresh) > MOST_ON_A_CASE:
        raise NotAllowed(_("A case bears at most %(most)d tags.") % {"most": MOST_ON_A_CASE})
    if not fresh and not gone:
        return []
    case.tags.remove(*case.tags.filter(name__in=gone))
    case.tags.add(*(Tag.objects.get_or_create(name__iexact=name, defaults={"name": name})[0] for name in fresh))
    after = sorted([name for name in before if name not in gone] + fresh)
    with changing(case_id, Line(CaseEvent.Kind.CHANGED, now, actor, changes={"tags": [_said(before), _said(after)]})):
        pass
    return fresh


def _said(names: Iterable[str]) -> str:
    return ", ".join(names)
