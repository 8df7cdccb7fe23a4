"""Two people, one draft: whoever saves second is told what the first one changed, and loses nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import signing

from surveys.definition.diff import compare
from surveys.definition.schema import read_definition
from surveys.models import Question, Survey
from surveys.services.drafts import draft_content

SALT = "voc.draft"
SURVEY_FIELDS = (
    "name",
    "title",
    "introduction",
    "thanks_title",
    "thanks_text",
    "privacy_notice",
    "purpose",
    "locale",
    "accent_colour",
    "is_anonymous",
    "link_valid_days",
    "edit_window_hours",
)
QUESTION_FIELDS = ("text", "help_text", "low_label", "high_label", "kind", "is_required", "rotation_slot")


@dataclass(frozen=True, slots=True)
class Conflict:
    saved_by: str
    saved_at: Any
    changes: list[str]
    clashes: list["Clash"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Clash:
    """A field of the form that somebody else changed, with both values; `is_mine` where this editor changed it too."""

    name: str
    label: str
    theirs: str
    mine: str
    is_mine: bool


def remember_draft(survey: Survey) -> str:
    """What the editor sees when the page is drawn, signed into the form."""
    return signing.dumps(draft_content(survey), salt=SALT, compress=True)


def find_conflict(survey_id: int, seen: str, posted: Mapping[str, str]) -> Conflict | None:
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
        clashes=list(_clashes(survey, before, now, posted)) if before else [],
    )


def _clashes(survey: Survey, before: dict, now: dict, posted: Mapping[str, str]) -> Iterator[Clash]:
    was, stands = ({**one["definition"], **one["settings"]} for one in (before, now))
    for name in SURVEY_FIELDS:
        yield from _clash(Survey, name, name, was.get(name), stands.get(name), getattr(survey, name), posted)
    rows = {posted[f"{prefix}-id"]: prefix for prefix in _rows(posted)}
    old = {question["key"]: question for question in was["questions"]}
    new = {question["key"]: question for question in stands["questions"]}
    for question in survey.questions.all():
        prefix = rows.get(str(question.pk))
        if prefix is None or question.key not in old:
            continue
        for name in QUESTION_FIELDS:
            asked = (one[question.key].get(name) for one in (old, new))
            yield from _clash(Question, name, f"{prefix}-{name}", *asked, getattr(question, name), posted)


def _clash(
    model: type, name: str, field_name: str, was: Any, stands: Any, theirs: Any, posted: Mapping[str, str]
) -> Iterator[Clash]:
    """Nothing where they left the field alone, or where both want the same."""
    if was == stands:
        return
    mine = posted.get(field_name, "")
    if isinstance(theirs, bool):
        theirs, mine, was = ("on" if one else "" for one in (theirs, mine, was))
    if str(theirs).strip() == mine.strip():
        return
    label = str(model._meta.get_field(name).verbose_name)
    yield Clash(field_name, label, str(theirs), mine, mine.strip() != str(was if was is not None else "").strip())


def _rows(posted: Mapping[str, str]) -> list[str]:
    count = posted.get("questions-TOTAL_FORMS", "")
    prefixes = (f"questions-{place}" for place in range(int(count) if count.isdecimal() else 0))
    return [prefix for prefix in prefixes if posted.get(f"{prefix}-id")]


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
