"""Which arm a case gets, and what staff may say against it."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from loop.models import Arm, Case, CaseEvent, Cause, Placement, Playbook
from loop.services.history import Line, NotAllowed, changing, lock_case
from loop.trial.allocation import arm_at
from vocplatform.lib.text import storable

HIGH, USUAL, UNKNOWN = "high", "usual", "unknown"
Kind = CaseEvent.Kind
BATCH = 200


@transaction.atomic
def place_case(case_id: int, *, now: datetime) -> Placement | None:
    """Draw an arm for this case from the first running playbook that fits; None where none does. Twice is once."""
    case = lock_case(case_id)
    for playbook in Playbook.objects.running():
        if Case.objects.fitting(playbook).filter(pk=case.pk).exists():
            placement = _draw(playbook.pk, case, now=now)
            if placement is not None:
                return placement
    return None


def place_waiting(*, now: datetime) -> int:
    """Place cases that fit a running playbook and that nobody placed yet; return how many were looked at."""
    waiting = [
        pk
        for playbook in Playbook.objects.running()
        if has_room(playbook)
        for pk in Case.objects.fitting(playbook).values_list("pk", flat=True)[:BATCH]
    ]
    for pk in waiting:
        place_case(pk, now=now)
    return len(waiting)


def _draw(playbook_id: int, case: Case, *, now: datetime) -> Placement | None:
    """The playbook is locked, so that two cases never take the same turn; full or just stopped: nothing is drawn."""
    playbook = Playbook.objects.select_for_update(of=("self",), no_key=True).get(pk=playbook_id)
    arms = list(playbook.arms.drawn())
    if not playbook.is_running or not has_room(playbook, arms=len(arms)):
        return None
    if not Case.objects.fitting(playbook).filter(pk=case.pk).exists():  # another case of this customer came first
        return None
    stratum, words = stratum_of(case, playbook)
    last = playbook.placements.filter(stratum=stratum).aggregate(turn=Max("turn"))["turn"]
    turn = 0 if last is None else last + 1
    chosen = arm_at(playbook.seed, stratum, turn, [arm.pk for arm in arms])
    arm = next(arm for arm in arms if arm.pk == chosen)
    reason = _("Drawn by lot between %(arms)s, among %(stratum)s.") % {
        "arms": ", ".join(arm.name for arm in arms),
        "stratum": words,
    }
    placement = Placement.objects.create(
        playbook=playbook,
        case=case,
        customer=case.customer,
        arm=arm,
        stratum=stratum,
        turn=turn,
        placed_at=now,
        reason=reason[:400],
    )
    with changing(case.pk, Line(Kind.CHANGED, now, note=_told(playbook, arm, reason))):
        pass  # the line of history is all that changes
    return placement


def has_room(playbook: Playbook, *, arms: int | None = None) -> bool:
    """False when as many cases as were planned have been drawn; what comes then is worked as usual."""
    arms = playbook.arms.drawn().count() if arms is None else arms
    return playbook.placements.drawn().count() < playbook.planned_per_arm * arms


def stratum_of(case: Case, playbook: Playbook) -> tuple[str, str]:
    """The key under which cases are drawn together, which a new name for a cause does not change, and its words."""
    upper = upper_cause(case.cause)
    band = value_band(case, playbook)
    cause = _("“%s”") % upper.name if upper else _("cases whose cause is not known yet")
    words = {
        "": cause,
        HIGH: _("%s, customers of high value") % cause,
        USUAL: _("%s, customers of usual value") % cause,
        UNKNOWN: _("%s, customers of unknown value") % cause,
    }
    return f"{upper.pk if upper else 0}:{band}", words[band]


def value_band(case: Case, playbook: Playbook) -> str:
    """Empty where the playbook draws all values together."""
    if playbook.high_value_from is None:
        return ""
    value = case.customer.annual_value if case.customer else None
    if value is None:
        return UNKNOWN
    return HIGH if value >= playbook.high_value_from else USUAL


def upper_cause(cause: Cause | None) -> Cause | None:
    return (cause.parent or cause) if cause else None


def override_arm(
    case_id: int, *, arm: Arm, reason: str, version: int | None = None, actor: AbstractBaseUser, now: datetime
) -> Case:
    """Do something else than was drawn. The case still counts where chance put it, or nothing could be compared."""
    line = Line(Kind.CHANGED, now, actor, reason.strip())
    with changing(case_id, line, version=version) as case:
        placement = _placement_of(case)
        if arm.playbook_id != placement.playbook_id:
            raise NotAllowed(_("“%(arm)s” belongs to another playbook.") % {"arm": arm})
        if placement.arm_in_force is None:
            raise NotAllowed(_("This case was left out of the playbook."))
        if arm == placement.arm_in_force:
            raise NotAllowed(_("“%(arm)s” is what the case has already.") % {"arm": arm})
        if not reason.strip():
            raise NotAllowed(_("Say why something else is right for this customer."))
        case.version += 1
        line.changes = {"arm": [str(placement.arm_in_force), str(arm)]}
        placement.given_arm = None if arm.pk == placement.arm_id else arm
        placement.override_reason = storable(reason).strip()[:300]
        placement.overridden_at = now
        placement.save(update_fields=["given_arm", "override_reason", "overridden_at"])
    return case


def leave_out(case_id: int, *, reason: str, version: int | None = None, actor: AbstractBaseUser, now: datetime) -> Case:
    """Take a case out of its playbook for a reason; one that chance has placed already still counts where it was."""
    with changing(case_id, Line(Kind.CHANGED, now, actor, reason.strip()), version=version) as case:
        if not reason.strip():
            raise NotAllowed(_("Say why this case is left out."))
        placement = Placement.objects.filter(case=case).first() or _unplaced(case)
        if placement.opted_out_at is not None:
            raise NotAllowed(_("This case was left out of the playbook."))
        case.version += 1
        placement.opted_out_at, placement.opt_out_reason = now, storable(reason).strip()[:300]
        placement.save()
    return case


def _unplaced(case: Case) -> Placement:
    playbook = next((each for each in Playbook.objects.running() if case.opened_at >= each.started_at), None)
    if playbook is None:
        raise NotAllowed(_("No playbook is running that this case could belong to."))
    reason = _("Left out before anything was drawn.")
    return Placement(playbook=playbook, case=case, customer=None, placed_at=case.opened_at, reason=reason)


def _placement_of(case: Case) -> Placement:
    placement = Placement.objects.select_related("arm", "given_arm").filter(case=case, arm__isnull=False).first()
    if placement is None:
        raise NotAllowed(_("No arm was drawn for this case."))
    return placement


def _told(playbook: Playbook, arm: Arm, reason: str) -> str:
    return _("Playbook “%(playbook)s”: %(arm)s. %(reason)s") % {"playbook": playbook, "arm": arm, "reason": reason}
