"""The same service for many cases: each in its own transaction, each with its own answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _

from loop.models import Case, WrongMove
from loop.services import cases, desk
from loop.services.history import NotAllowed, StaleEdit

SERVICES: dict[str, Callable[..., Case]] = {
    "mine": cases.assign_case,
    "assign": cases.assign_case,
    "snooze": desk.snooze_case,
    "close": cases.resolve_case,
}


@dataclass(frozen=True, slots=True)
class RowResult:
    """`problem` is empty where it was done."""

    code: str
    problem: str = ""


def do_to_all(
    act: str, picked: Mapping[int, int], wanted: Mapping[str, object], *, actor: AbstractBaseUser, now: datetime
) -> list[RowResult]:
    """`picked`: case -> version seen. A case that the actor may not see is answered like one that is not there."""
    codes = dict(Case.objects.visible_to(actor).filter(pk__in=picked).values_list("pk", "code"))
    if act == "mine":
        wanted = {"owner": actor}
    results = []
    for pk, version in picked.items():
        if pk not in codes:
            results.append(RowResult("?", _("There is no such case.")))
            continue
        try:
            SERVICES[act](pk, **wanted, version=version, actor=actor, now=now)
        except (StaleEdit, NotAllowed, WrongMove) as refusal:
            results.append(RowResult(codes[pk], str(refusal)))
        else:
            results.append(RowResult(codes[pk]))
    return results
