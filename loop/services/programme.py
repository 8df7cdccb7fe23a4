from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from loop.models import ProgrammeStep, ReturnAssumptions
from loop.models.programme import ONLY_ROW


def note_step(key: str, *, actor: AbstractBaseUser, **fields: object) -> ProgrammeStep:
    """Keep what somebody says about one item of the list."""
    step, _created = ProgrammeStep.objects.update_or_create(key=key, defaults={**fields, "changed_by": actor})
    return step


def assumptions() -> ReturnAssumptions:
    """The row, or what holds while nobody has written one."""
    return ReturnAssumptions.objects.first() or ReturnAssumptions(pk=ONLY_ROW)


def assume(*, actor: AbstractBaseUser, now: datetime, **fields: object) -> ReturnAssumptions:
    row, _created = ReturnAssumptions.objects.update_or_create(
        pk=ONLY_ROW,
        defaults={**fields, "changed_by": actor},
        create_defaults={**fields, "changed_by": actor, "created_at": now},
    )
    return row
