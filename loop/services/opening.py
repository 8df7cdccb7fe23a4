"""How a case begins, with clocks, history and notices: after an answer, a silence, a mail, a figure past its line."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from feedback.models import Alert
from loop.models import Case, CaseEvent, Notice, Severity, TriageRule
from loop.services.assignment import Choice, choose_owner
from loop.services.audience import first_carers
from loop.services.batch import Batch
from loop.services.clocks import DUE_FIELDS, set_due_times, set_next_times
from loop.services.history import shown
from loop.services.notices import notices_of
from surveys.models import Customer, Team, Touchpoint
from vocplatform.lib.text import storable


def open_without_answer(
    *,
    summary: str,
    note: str,
    customer: Customer | None = None,
    touchpoint: Touchpoint | None = None,
    team: Team | None = None,
    alert: Alert | None = None,
    severity: Severity = Severity.NORMAL,
    now: datetime,
) -> Case:
    """It goes to the customer's account owner, else to whoever of the team has room; the managers hear of the rest.

    Call it in a transaction that holds a lock on what the case is about, so that it is opened once.
    """
    batch = Batch()
    choice = choose_owner(
        assignment=TriageRule.Assignment.ACCOUNT_OWNER, person=None, team=team, customer=customer, now=now
    )
    case = Case(
        customer=customer,
        touchpoint=touchpoint,
        alert=alert,
        sla_policy=batch.policy,
        summary=storable(summary)[:200],
        severity=severity,
        team=team,
        opened_at=now,
    )
    put_case(case, batch, choice, note=note, now=now)
    batch.write()
    return case


def put_case(
    case: Case, batch: Batch, choice: Choice, *, note: str, actor: AbstractBaseUser | None = None, now: datetime
) -> None:
    """Give a new case its owner and due times, and put it with its first line and notices into the batch."""
    case.owner = choice.owner
    case.status = Case.Status.ASSIGNED if choice.owner else Case.Status.NEW
    set_due_times(case)
    set_next_times(case)
    line = CaseEvent(
        case=case,
        kind=CaseEvent.Kind.OPENED,
        actor=actor,
        at=now,
        went_to=case.status,
        note=f"{note} {choice.reason}",
        changes={name: ["", shown(getattr(case, name))] for name in ("severity", "team", "owner", *DUE_FIELDS)},
        version=case.version,
    )
    people = first_carers(case, now=now) or batch.managers
    batch.open(case, line, notices_of(case, people, Notice.Kind.OPENED, key="opened", now=now), now=now)
