"""Lines of a timeline as pages draw them, made from the rows of the case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.models import Answer
from loop.conflict import Names, in_words_of, label_of, people_named
from loop.models import Case, CaseEvent, Message, Status

Kind = CaseEvent.Kind
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Entry:
    """`card` is how the text is set: "note" and "mail" and "mail-in" in a frame of their own, "" plainly."""

    at: datetime
    icon: str
    title: Text
    text: Text = ""
    tone: str = ""
    actor: AbstractBaseUser | None = None
    card: str = ""
    subject: str = ""
    mark: Text = ""
    mark_tone: str = ""
    href: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()
    score: Answer | None = None


ICONS = {
    Kind.OPENED: ("flag", "bad"),
    Kind.MOVED: ("move", "info"),
    Kind.ASSIGNED: ("person", ""),
    Kind.CONTACT: ("phone", "info"),
    Kind.NOTE: ("note", "note"),
    Kind.PAUSED: ("pause", ""),
    Kind.RESUMED: ("clock", ""),
    Kind.SNOOZED: ("snooze", ""),
    Kind.ESCALATED: ("alarm", "bad"),
    Kind.RECOVERY: ("target", "info"),
    Kind.CHANGED: ("settings", ""),
    Kind.MESSAGE: ("mail", ""),
}
TONE_OF_END = {Status.RESOLVED: "good", Status.CONFIRMED: "good", Status.REOPENED: "warn"}
UNSENT = {Message.Status.FAILED: "bad", Message.Status.UNKNOWN: "warn", Message.Status.DROPPED: "warn"}
SAID_ELSEWHERE = {"status", "owner", "channel", "reached", "outcome_note"}  # in the title or the note


def entries_of(case: Case) -> list[Entry]:
    """The whole story of one case, newest first."""
    lines = list(case.history.exclude(kind=Kind.MESSAGE).select_related("actor"))
    letters = case.messages.select_related("author")
    names = people_named({name for line in lines for name in line.changes.get("owner", ())})
    found = [*(entry_of_line(line, names) for line in lines), *map(entry_of_letter, letters)]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def entry_of_line(line: CaseEvent, names: Names, **more: Text) -> Entry:
    icon, tone = ICONS[Kind(line.kind)]
    return Entry(
        at=line.at,
        icon=icon,
        tone=TONE_OF_END.get(line.went_to, tone),
        title=_title(line, names),
        text=line.note,
        actor=line.actor,
        card="note" if line.kind == Kind.NOTE else "",
        changes=_changes(line, names),
        **more,
    )


def entry_of_letter(letter: Message, *, href: str = "") -> Entry:
    comes_in = letter.direction == Message.Direction.IN
    return Entry(
        at=letter.created_at,
        icon="reply" if comes_in else "mail",
        tone="info" if comes_in else "",
        title=_("The customer wrote") if comes_in else _("Mail to the customer"),
        text=letter.body,
        actor=letter.author,
        card="mail-in" if comes_in else "mail",
        subject=letter.subject,
        mark="" if comes_in else letter.get_status_display(),
        mark_tone="" if comes_in else UNSENT.get(letter.status, "good" if letter.status == Message.Status.SENT else ""),
        href=href,
    )


def _title(line: CaseEvent, names: Names) -> Text:
    if line.kind == Kind.MOVED:
        return _("From “%(was)s” to “%(now)s”") % {
            "was": in_words_of("status", line.came_from, names),
            "now": in_words_of("status", line.went_to, names),
        }
    if line.kind == Kind.ASSIGNED and "owner" in line.changes:
        owner = in_words_of("owner", line.changes["owner"][1], names)
        return _("Assigned to %s") % owner if owner else _("Given back to the team")
    if line.kind == Kind.SNOOZED and not line.changes.get("snoozed_until", ["", "-"])[1]:
        return _("Woken up")
    if line.kind == Kind.CONTACT:
        reached = line.changes.get("reached", ["", ""])[1] == "yes"
        return _("Spoke with the customer") if reached else _("Tried to reach the customer")
    return TITLES.get(Kind(line.kind), Kind(line.kind).label)


TITLES = {
    Kind.OPENED: gettext_lazy("Case opened"),
    Kind.NOTE: gettext_lazy("Internal note"),
    Kind.PAUSED: gettext_lazy("Clocks stopped"),
    Kind.RESUMED: gettext_lazy("Clocks started again"),
    Kind.ESCALATED: gettext_lazy("Escalated"),
    Kind.SNOOZED: gettext_lazy("Snoozed"),
    Kind.RECOVERY: gettext_lazy("The customer was asked"),
    Kind.CHANGED: gettext_lazy("Changed"),
}


def _changes(line: CaseEvent, names: Names) -> tuple[tuple[str, str, str], ...]:
    told: Iterable[tuple[str, list[str]]] = line.changes.items()
    return tuple(
        (label_of(name), in_words_of(name, was, names), in_words_of(name, became, names))
        for name, (was, became) in told
        if name not in SAID_ELSEWHERE
    )
