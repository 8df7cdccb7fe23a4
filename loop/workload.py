"""Who has how many open cases, and how many of them are late."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, Min, Q

from loop.models import Case


@dataclass(frozen=True, slots=True)
class Load:
    """`person` None stands for the cases that nobody owns."""

    person: AbstractBaseUser | None
    open: int
    overdue: int
    oldest_at: datetime


def workload(reader: AbstractBaseUser, *, now: datetime) -> list[Load]:
    """Of the cases that the reader may see; nobody's first, then who has most late ones."""
    overdue = Count("pk", filter=Q(next_due_at__lt=now, paused_at__isnull=True))
    rows = list(
        Case.objects.visible_to(reader)
        .open()
        .order_by()
        .values_list("owner")
        .annotate(open=Count("pk"), overdue=overdue, oldest=Min("opened_at"))
    )
    people = get_user_model().objects.in_bulk([owner for owner, *_ in rows if owner])
    loads = [Load(people.get(owner), *rest) for owner, *rest in rows]
    return sorted(loads, key=lambda load: (load.person is not None, -load.overdue, -load.open))
