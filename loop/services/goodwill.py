"""Goodwill: an amount within what the role may give, and within what the arm in force allows."""

from datetime import datetime
from decimal import Decimal

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from loop.models import AuthorityLimit, Case, CaseEvent, Deed, DeedKind
from loop.services.history import Line, NotAllowed, changing
from loop.services.ledger import arm_in_force, note_deed

NOTHING = Decimal(0)


def limit_of(person: AbstractBaseUser) -> Decimal:
    """The highest limit of the person's roles; without one, nothing may be given."""
    limits = AuthorityLimit.objects.filter(role__in=person.groups.all())
    return limits.aggregate(highest=Max("amount"))["highest"] or NOTHING


def given_on(case: Case) -> Decimal:
    return Deed.objects.filter(case=case, kind=DeedKind.GOODWILL).aggregate(total=Sum("cost"))["total"] or NOTHING


def room_for(case: Case, person: AbstractBaseUser) -> Decimal:
    """What this person may still give on this case: the smaller of both limits, less what was given."""
    arm = arm_in_force(case)
    limits = [limit_of(person)] + ([arm.max_amount] if arm and arm.max_amount is not None else [])
    return max(min(limits) - given_on(case), NOTHING)


def give_goodwill(
    case_id: int,
    *,
    amount: Decimal,
    note: str = "",
    minutes: int | None = None,
    version: int | None = None,
    actor: AbstractBaseUser,
    now: datetime,
) -> Case:
    line = Line(CaseEvent.Kind.CHANGED, now, actor, note, {"goodwill": ["", str(amount)]})
    with changing(case_id, line, version=version) as case:
        if not case.is_open:
            raise NotAllowed(_("This case is closed. Reopen it first."))
        if amount <= NOTHING:
            raise NotAllowed(_("Enter an amount above 0."))
        room = room_for(case, actor)
        if amount > room:
            refusal = _("You may give %(room)s more on this case; ask somebody with a higher limit.")
            raise NotAllowed(refusal % {"room": room})
        case.version += 1  # two people must not give it twice
        note_deed(case, DeedKind.GOODWILL, cost=amount, minutes=minutes, actor=actor, now=now)
    return case
