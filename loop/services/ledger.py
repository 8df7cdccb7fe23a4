"""The ledger: one line for each thing done on a case, written with what it tells and never changed."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, Sum

from loop.models import ActionTaken, Arm, Case, Deed, DeedKind, Placement

KIND_OF_CHANNEL = {
    "phone": DeedKind.CALL,
    "email": DeedKind.MAIL,
    "chat": DeedKind.CHAT,
    "person": DeedKind.MEETING,
}


@dataclass(frozen=True, slots=True)
class Effort:
    """What a case has taken so far; minutes only as far as people said so."""

    deeds: int
    minutes: int
    cost: Decimal


def note_deed(
    case: Case,
    kind: DeedKind,
    *,
    action: ActionTaken | None = None,
    reached: bool | None = None,
    minutes: int | None = None,
    cost: Decimal = Decimal(0),
    actor: AbstractBaseUser | None,
    now: datetime,
) -> Deed:
    """Write one line, with the arm in force; call it in the transaction of the deed. `minutes` None: nobody said."""
    return Deed.objects.create(
        case=case,
        kind=kind,
        arm=arm_in_force(case),
        action=action,
        reached=reached,
        minutes=minutes,
        cost=cost,
        actor=actor,
        at=now,
    )


def arm_in_force(case: Case) -> Arm | None:
    placement = Placement.objects.select_related("arm", "given_arm").filter(case=case).first()
    return placement.arm_in_force if placement else None


def effort_on(case: Case) -> Effort:
    sums = Deed.objects.filter(case=case).aggregate(deeds=Count("pk"), minutes=Sum("minutes"), cost=Sum("cost"))
    return Effort(sums["deeds"], sums["minutes"] or 0, sums["cost"] or Decimal(0))
