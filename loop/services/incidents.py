"""One incident, many cases: what they share is worked in one of them, and the others point to it."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from loop.hooks import notices_written
from loop.models import Case, CaseEvent, Notice
from loop.services.audience import caretakers
from loop.services.history import Line, NotAllowed, changing, lock_case
from loop.services.notices import write_notices


@transaction.atomic
def link_incident(
    case_id: int,
    *,
    incident: Case | None,
    note: str = "",
    version: int | None = None,
    actor: AbstractBaseUser,
    now: datetime,
) -> Case:
    """Put the case under the incident it is a part of; None takes it out again."""
    for pk in sorted({case_id, incident.pk} if incident else {case_id}):  # in one order, as merges do
        lock_case(pk)
    with changing(case_id, Line(CaseEvent.Kind.CHANGED, now, actor, note), version=version, incident=incident) as case:
        if incident is not None:
            _check_incident(case, Case.objects.get(pk=incident.pk))
        case.incident = incident
    return case


def tell_affected(incident: Case, *, now: datetime) -> None:
    """The incident is resolved: whoever works a case under it has something to tell the customer."""
    for case in incident.affected.open().select_related("owner", "team__lead"):
        key = f"incident:{incident.pk}:{now.isoformat()}"
        write_notices(case, caretakers(case, now=now), Notice.Kind.INCIDENT, key=key, now=now)
        notices_written.announce(case.pk)


def _check_incident(case: Case, incident: Case) -> None:
    """One level only, so that nobody has to climb to find out what happened."""
    if incident.pk == case.pk:
        raise NotAllowed(_("A case cannot be its own incident."))
    if incident.incident_id is not None:
        raise NotAllowed(_("%(code)s is a part of another incident: choose that one.") % {"code": incident.code})
    if case.affected.exists():
        raise NotAllowed(_("This case is an incident with cases of its own, so it cannot be a part of another."))
    if incident.status == Case.Status.DUPLICATE:
        raise NotAllowed(
            _("%(code)s is a duplicate itself: choose the case it was merged into.") % {"code": incident.code}
        )
