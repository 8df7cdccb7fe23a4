"""The log of what we and the world did, so that a step in a line can be explained."""

from datetime import date

from django.contrib.auth.models import AbstractBaseUser

from feedback.models import LoggedChange
from surveys.models import Touchpoint


def log_change(
    *,
    kind: str,
    on: date,
    text: str,
    until_on: date | None = None,
    touchpoint: Touchpoint | None = None,
    actor: AbstractBaseUser | None,
) -> LoggedChange:
    """Keep one change; every trend that it may explain shows it from now on."""
    return LoggedChange.objects.create(
        kind=kind, on=on, until_on=until_on, text=text.strip(), touchpoint=touchpoint, added_by=actor
    )
