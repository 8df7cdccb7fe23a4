"""Playbooks that tests start from."""

from decimal import Decimal

from loop.models import Arm, DeedKind, Playbook
from loop.services.playbooks import start_playbook
from loop.tests.rows import DAY, NOON, person


def playbook(
    name: str = "Late parcels", *, arms: tuple[str, ...] = ("Call", "Mail"), owed: str = "", **fields
) -> Playbook:
    fields = {"purpose": "Learn which way is kinder; both are good service.", "usual_percent": 25} | fields
    draft = Playbook.objects.create(name=name, **{"difference_points": 15, **fields})
    for position, arm in enumerate(arms):
        Arm.objects.create(
            playbook=draft,
            name=arm,
            kind=DeedKind.CALL,
            text="Be kind.",
            position=position,
            is_comparison=position == 0,
        )
    if owed:
        Arm.objects.create(
            playbook=draft, name=owed, kind=DeedKind.REMEDY, text="Pay it back.", is_owed=True, position=9
        )
    return draft


def running(*, now=NOON - DAY, **fields) -> Playbook:
    draft = playbook(**fields)
    return start_playbook(draft.pk, actor=person(f"starter-{draft.pk}"), now=now)


def goodwill_arm(draft: Playbook, amount: str = "20") -> Arm:
    return Arm.objects.create(
        playbook=draft,
        name="Voucher",
        kind=DeedKind.GOODWILL,
        text="A voucher.",
        max_amount=Decimal(amount),
        position=5,
    )
