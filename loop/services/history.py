"""How a case changes: under a lock, against the version the person saw, with a line of history in one transaction."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from loop.models import Case, CaseEvent
from loop.services.clocks import DUE_FIELDS, set_next_times
from loop.services.webhooks import tell_lines
from vocplatform.lib.text import storable

EDITED = (
    "status",
    "severity",
    "team",
    "owner",
    "cause",
    "action",
    "outcome",
    "outcome_note",
    "summary",
    "pause_reason",
    "snoozed_until",
    "duplicate_of",
    "incident",
    "external_ref",
)
TIMES = (
    "acknowledged_at",
    "contacted_at",
    "resolved_at",
    "confirmed_at",
    "reopened_at",
    "closed_at",
    "paused_at",
    "awaits_reply",
    *DUE_FIELDS,
)
DERIVED = ("next_due_at", "escalate_at", "version", "updated_at")


class NotAllowed(Exception):
    """A guard of the case says no; the text says what is missing."""


class StaleEdit(Exception):
    """Somebody else changed the case in the meantime: nothing was written.

    `theirs` maps each field they changed to (before, now), `mine` each field of the refused edit to its value.
    """

    def __init__(self, case: Case, theirs: Mapping[str, tuple[str, str]], mine: Mapping[str, str]) -> None:
        super().__init__(_("Somebody else changed this case while you were editing it."))
        self.case, self.theirs, self.mine = case, theirs, mine


@dataclass
class Line:
    """What the history will say. A service may add to the note while it works."""

    kind: CaseEvent.Kind
    now: datetime
    actor: AbstractBaseUser | None = None
    note: str = ""
    changes: dict[str, list[str]] = field(default_factory=dict)


@contextmanager
def changing(case_id: int, line: Line, *, version: int | None = None, **mine: object) -> Iterator[Case]:
    """Lock the case, let the block change it, save what changed and write the line.

    `version` is the one the person saw; None for edits that cannot conflict. The first thing a person does with a case
    acknowledges it. Raises StaleEdit with the fields named in `mine`.
    """
    with transaction.atomic():
        case = lock_case(case_id)
        if version is not None and version != case.version:
            raise StaleEdit(case, changes_since(case, version), {name: shown(value) for name, value in mine.items()})
        if line.actor is not None and case.snoozed_until is not None and case.snoozed_until <= line.now:
            _is_back_no_longer(case)
        before = _snapshot(case)
        yield case
        if line.actor is not None and case.acknowledged_at is None:
            case.acknowledged_at = line.now
        _save(case, before, line)


def _is_back_no_longer(case: Case) -> None:
    """Somebody does something about a case that came back from its nap. Nobody's edit is made stale by that."""
    case.snoozed_until, case.awaits_reply = None, False
    Case.objects.filter(pk=case.pk).update(snoozed_until=None, awaits_reply=False)


def lock_case(case_id: int) -> Case:
    cases = Case.objects.select_for_update(of=("self",), no_key=True).select_related(
        "sla_policy__calendar", "team", "owner"
    )
    return cases.get(pk=case_id)


def changes_since(case: Case, version: int) -> dict[str, tuple[str, str]]:
    """Field -> (value at `version`, value now), from the history."""
    merged: dict[str, tuple[str, str]] = {}
    for changes in case.history.filter(version__gt=version).order_by("pk").values_list("changes", flat=True):
        for name, (was, became) in changes.items():
            merged[name] = (merged[name][0] if name in merged else was, became)
    return merged


def shown(value: object) -> str:
    """A value as the history keeps it: readable when the row it points to is gone."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _snapshot(case: Case) -> dict[str, object]:
    return {name: getattr(case, Case._meta.get_field(name).attname) for name in (*EDITED, *TIMES)}


def _shown_before(name: str, value: object) -> str:
    model = Case._meta.get_field(name).related_model
    return shown(model.objects.filter(pk=value).first() if model and value is not None else value)


def _save(case: Case, before: Mapping[str, object], line: Line) -> None:
    after = _snapshot(case)
    changed = [name for name in before if before[name] != after[name]]
    edited = [name for name in changed if name in EDITED]
    if edited:
        case.version += 1
    set_next_times(case)
    case.save(update_fields=[*changed, *DERIVED])
    moved = "status" in changed
    changes = {name: [_shown_before(name, before[name]), shown(getattr(case, name))] for name in edited}
    written = case.history.create(
        kind=line.kind,
        actor=line.actor,
        at=line.now,
        note=storable(line.note),
        came_from=before["status"] if moved else "",
        went_to=case.status if moved else "",
        changes=changes | line.changes,
        version=case.version,
    )
    tell_lines([written])
