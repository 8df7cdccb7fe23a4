"""What can be done to a case, in one table: the form that asks, the service that does it, when it is offered."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from loop.forms import cases as forms
from loop.forms.letters import LetterForm
from loop.models import Case, Status
from loop.services import cases, desk, goodwill, incidents, messages, placements, tags

Offered = Callable[[Case, AbstractBaseUser], bool]


def to(status: Status) -> Offered:
    return lambda case, user: status in Case.MOVES[Status(case.status)]


def while_open(case: Case, user: AbstractBaseUser) -> bool:
    return case.is_open


def always(case: Case, user: AbstractBaseUser) -> bool:
    return True


def with_arm(case: Case, user: AbstractBaseUser) -> bool:
    placement = getattr(case, "placement", None)
    return case.is_open and placement is not None and placement.arm_in_force is not None


def not_left_out(case: Case, user: AbstractBaseUser) -> bool:
    placement = getattr(case, "placement", None)
    return case.is_open and (placement is None or placement.opted_out_at is None)


@dataclass(frozen=True, slots=True)
class Act:
    key: str
    title: str | Promise
    icon: str
    form: type[forms.CaseForm]
    perform: Callable[..., object]
    offered: Offered
    done: str | Promise
    shortcut: str = ""
    go: str | Promise = ""  # what the button under the form says, where the title would not do
    minor: bool = False  # stands under “More”
    takes_version: bool = True


ACTS = (
    Act("take", _("To me"), "person", forms.TakeForm, cases.assign_case,
        lambda case, user: case.is_open and case.owner_id != user.pk, _("The case is yours."), "m"),
    Act("message", _("Reply"), "mail", LetterForm, messages.write_message, always, _("The letter is on its way."), "r",
        _("Send"), takes_version=False),
    Act("note", _("Note"), "note", forms.NoteForm, desk.add_note, always, _("The note is kept."), "n",
        _("Keep the note"), takes_version=False),
    Act("contact", _("Contact"), "phone", forms.ContactForm, cases.record_contact, while_open,
        _("The attempt is kept."), "c", _("Keep the attempt")),
    Act("start", _("Start"), "move", forms.StartForm, cases.start_work, to(Status.IN_PROGRESS),
        _("Work has begun.")),
    Act("resolve", _("Resolve"), "check", forms.ResolveForm, cases.resolve_case, to(Status.RESOLVED),
        _("Resolved. The customer is asked whether it is."), "e"),
    Act("reopen", _("Reopen"), "reopen", forms.ReopenForm, cases.reopen_case, to(Status.REOPENED),
        _("The case is open again.")),
    Act("assign", _("Assign"), "people", forms.AssignForm, cases.assign_case, while_open, _("Assigned."), "a"),
    Act("snooze", _("Snooze"), "snooze", forms.SnoozeForm, desk.snooze_case, while_open,
        _("Out of sight until then."), "s"),
    Act("tags", _("Tag"), "flag", forms.TagsForm, tags.tag_case, always, _("The tags are kept."), "t",
        _("Keep the tags"), minor=True, takes_version=False),
    Act("cause", _("Name the cause"), "flag", forms.CauseForm, desk.name_cause, while_open, _("The cause is kept."),
        minor=True),
    Act("goodwill", _("Give goodwill"), "plus", forms.GoodwillForm, goodwill.give_goodwill, while_open,
        _("The goodwill is kept in the ledger."), minor=True),
    Act("otherwise", _("Do something else"), "move", forms.OverrideForm, placements.override_arm, with_arm,
        _("The case is worked another way; it still counts as drawn."), minor=True),
    Act("leave-out", _("Leave out of the playbook"), "cross", forms.LeaveOutForm, placements.leave_out, not_left_out,
        _("The case is left out of the playbook."), minor=True),
    Act("pause", _("Stop the clocks"), "pause", forms.PauseForm, desk.pause_case,
        lambda case, user: case.is_open and case.paused_at is None, _("The clocks stand still."), minor=True),
    Act("resume", _("Start the clocks"), "clock", forms.ResumeForm, desk.resume_case,
        lambda case, user: case.paused_at is not None, _("The clocks run again.")),
    Act("severity", _("Change severity"), "flag", forms.SeverityForm, desk.change_severity, while_open,
        _("The severity is changed, and the clocks with it."), minor=True),
    Act("unreachable", _("Close as unreachable"), "cross", forms.UnreachableForm, cases.mark_unreachable,
        to(Status.UNREACHABLE), _("Closed: the customer could not be reached."), minor=True),
    Act("decline", _("Close without action"), "cross", forms.DeclineForm, cases.decline_case, to(Status.DECLINED),
        _("Closed without action."), minor=True),
    Act("duplicate", _("Merge into another case"), "link", forms.DuplicateForm, cases.mark_duplicate,
        to(Status.DUPLICATE), _("Merged."), minor=True),
    Act("incident", _("Part of an incident"), "link", forms.IncidentForm, incidents.link_incident, always,
        _("The incident is kept."), minor=True),
    Act("ticket", _("Ticket elsewhere"), "link", forms.TicketForm, desk.link_ticket, always,
        _("The ticket number is kept."), minor=True),
)  # fmt: skip
ACT_BY_KEY = {act.key: act for act in ACTS}


def acts_for(case: Case, user: AbstractBaseUser) -> list[Act]:
    return [act for act in ACTS if act.offered(case, user)]


def why_not(case: Case, act: Act) -> str:
    """What somebody who asks for it by a key or an old link is told where it cannot be done now."""
    if not case.is_open and act.key != "reopen":
        return gettext("“%(act)s” needs an open case, and this one is closed. Reopen it first.") % {"act": act.title}
    if act.key == "resolve":
        return gettext("A case is resolved after somebody has reached the customer: note the contact first.")
    return gettext("“%(act)s” cannot be done as this case stands.") % {"act": act.title}


def first_step_to(act: Act, case: Case, user: AbstractBaseUser) -> Act | None:
    """The form to show instead: contact, which comes before resolving."""
    contact = ACT_BY_KEY["contact"]
    return contact if act.key == "resolve" and contact.offered(case, user) else None
