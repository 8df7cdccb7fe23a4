from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from loop.models import FeedbackLoop


def open_loop(*, actor: AbstractBaseUser, now: datetime, **fields: object) -> FeedbackLoop:
    return FeedbackLoop.objects.create(opened_at=now, opened_by=actor, **fields)


@transaction.atomic
def change_loop(loop_id: int, **fields: object) -> FeedbackLoop:
    """Link another survey or initiative; how far it has gone around follows from the rows."""
    loop = FeedbackLoop.objects.select_for_update(of=("self",), no_key=True).get(pk=loop_id)
    for name, value in fields.items():
        setattr(loop, name, value)
    loop.save(update_fields=[*fields, "updated_at"])
    return loop
