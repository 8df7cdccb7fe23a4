"""Resolved by mistake: for a moment it can be taken back as though it had not been said."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from loop.models import Case, CaseEvent, Recovery
from loop.services.history import Line, NotAllowed, changing
from surveys.services.invitations import withdraw_invitation

KEPT = ("status", "cause_id", "action_id", "outcome_id", "outcome_note")


def as_it_stood(case: Case) -> dict[str, object]:
    """What taking the resolution back needs to know, plain enough for a session."""
    return {name: getattr(case, name) for name in KEPT}


@transaction.atomic
def take_back_resolution(
    case_id: int, *, before: Mapping[str, object], version: int, actor: AbstractBaseUser, now: datetime
) -> Case:
    """The case stands as before, with its clocks; it counts as never resolved, so it is no reopening either.

    The ledger keeps the line of what was done, since it keeps every line.
    """
    line = Line(CaseEvent.Kind.MOVED, now, actor, _("Resolved by mistake."))
    with changing(case_id, line, version=version, status=before["status"]) as case:
        if case.status != Case.Status.RESOLVED:
            raise NotAllowed(_("This case is not resolved any more."))
        for name in KEPT:
            setattr(case, name, before[name])
        case.resolved_at = case.closed_at = case.confirm_due_at = None
    _ask_nothing(case, now=now)
    return case


def _ask_nothing(case: Case, *, now: datetime) -> None:
    recovery = Recovery.objects.select_for_update(no_key=True).filter(case=case).first()
    if recovery is None or recovery.resolution_at is None:
        return
    if recovery.invitation_id is not None:
        withdraw_invitation(recovery.invitation_id, reason=_("Resolved by mistake."), now=now)
    recovery.resolution_at = recovery.invitation = recovery.asked_at = None
    recovery.save(update_fields=["resolution_at", "invitation", "asked_at", "updated_at"])
