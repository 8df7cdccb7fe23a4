"""What became of a response, for the file of responses: its case, how it ended and what staff noted."""

from collections.abc import Iterable, Sequence

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Prefetch, QuerySet

from feedback.extra_columns import ExtraColumns
from loop.models import Case, CaseEvent
from vocplatform.lib import lookups  # noqa: F401  registers any_of
from vocplatform.lib.cells import safe_cell

HEADS = ("case.code", "case.status", "case.tags", "case.cause", "case.action", "case.outcome")
NOTES = "case.notes"
BETWEEN_NOTES = "\n"


def case_columns(reader: AbstractBaseUser) -> ExtraColumns | None:
    """The cases that the reader may open; what staff wrote for themselves only where the reader may read histories."""
    if not reader.has_perm("loop.view_case"):
        return None
    seen, reads_notes = Case.objects.visible_to(reader), reader.has_perm("loop.view_caseevent")
    heads = (*HEADS, NOTES) if reads_notes else HEADS
    return ExtraColumns(heads, lambda pks: _cells(seen, pks, reads_notes=reads_notes))


def _cells(seen: QuerySet[Case], pks: Sequence[int], *, reads_notes: bool) -> dict[int, list[object]]:
    cases = (
        seen.filter(response__any_of=list(pks))
        .select_related("cause__parent", "action", "outcome")
        .prefetch_related("tags")
    )
    if reads_notes:
        notes = CaseEvent.objects.filter(kind=CaseEvent.Kind.NOTE).exclude(note="").order_by("at", "pk")
        cases = cases.prefetch_related(Prefetch("history", notes, to_attr="notes"))
    return {case.response_id: _told(case, reads_notes=reads_notes) for case in cases}


def _told(case: Case, *, reads_notes: bool) -> list[object]:
    ended = [str(each) if each else "" for each in (case.cause, case.action, case.outcome)]
    told = [case.code, case.status, _joined("|", case.tags.all()), *ended]
    if reads_notes:
        told.append(_joined(BETWEEN_NOTES, (line.note for line in case.notes)))
    return [safe_cell(cell) or None for cell in told]


def _joined(between: str, parts: Iterable[object]) -> str:
    return between.join(map(str, parts))
