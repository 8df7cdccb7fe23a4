"""Two people, one draft: whoever saves second is told what the first one changed, and loses nothing."""

from dataclasses import dataclass
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import signing

from surveys.definition.diff import compare
from surveys.definition.schema import read_definition
from surveys.models import Survey
from surveys.services.drafts import draft_content

SALT = "voc.draft"


@dataclass(frozen=True, slots=True)
class Conflict:
    saved_by: str
    saved_at: Any
    changes: list[str]


def remember_draft(survey: Survey) -> str:
    """What the editor sees when the page is drawn, signed into the form."""
    return signing.dumps(draft_content(survey), salt=SALT, compress=True)


def find_conflict(survey_id: int, seen: str) -> Conflict | None:
    """Compare what the editor saw with what is saved now; the row stays locked until the save is through."""
    survey = Survey.objects.with_draft().select_for_update(of=("self",)).get(pk=survey_id)
    now = draft_content(survey)
    before = _read(seen)
    if before == now:
        return None
    last = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Survey), object_id=str(survey_id)
    ).first()
    return Conflict(
        saved_by=str(last.user.get_full_name() or last.user) if last else "",
        saved_at=last.action_time if last else survey.updated_at,
        changes=_changes(before, now) if before else [],
    )


def _read(seen: str) -> dict[str, Any] | None:
    try:
        return signing.loads(seen, salt=SALT)
    except signing.BadSignature:
        return None


def _changes(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    found = [change.sentence for change in compare(*(read_definition(one["definition"]) for one in (before, now)))]
    for name, value in now["settings"].items():
        if before["settings"].get(name) != value:
            found.append(f"{Survey._meta.get_field(name).verbose_name}: {value}")
    return found
