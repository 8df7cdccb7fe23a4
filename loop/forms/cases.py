"""One form for each thing that can be done to a case. Every one carries the version that the person saw."""

import re
from decimal import Decimal

from crispy_forms.helper import FormHelper
from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from loop.forms.moments import REPLY, SnoozeField, morning_of
from loop.forms.people import PersonField, colleagues_of, owners_for
from loop.models import ActionTaken, Arm, Case, Cause, Outcome, Severity, Tag
from loop.services.cases import unsaid_reason
from loop.services.goodwill import room_for
from loop.services.tags import tag_names
from surveys.models import Team

MENTION = re.compile(r"(?<![\w@])@([\w.+-]+)")
CONTACT_CHANNELS = [("phone", _("phone")), ("email", _("e-mail")), ("chat", _("chat")), ("person", _("in person"))]


def few_lines(**attrs: object) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 3, **attrs})


def note_field(help_text: str = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=_("Note for colleagues"), required=required, max_length=4000, widget=few_lines(), help_text=help_text
    )


def minutes_field() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Minutes it took"),
        required=False,
        min_value=1,
        max_value=600,
        help_text=_("Roughly; empty: not known."),
    )


class CaseForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    refusal = ""  # why this cannot be done at all, as a sentence

    def __init__(self, *args, case: Case, actor: AbstractBaseUser, asked: QueryDict | None = None, **kwargs) -> None:
        self.case, self.actor, self.asked = case, actor, asked or QueryDict()
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = case.version
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.prepare()
        visible = [name for name, field in self.fields.items() if not field.widget.is_hidden]
        wrong = [name for name in visible if self.is_bound and name in self.errors]
        for name in (wrong or visible)[:1]:
            self.fields[name].widget.attrs["autofocus"] = True

    def prepare(self) -> None:
        """Fill in what depends on the case or on who is asking."""

    def with_reason(self, cleaned: dict[str, object]) -> dict[str, object]:
        """Of a form that gives the case to somebody: a reason stands in the note where one is needed."""
        owner, team = cleaned.get("owner"), cleaned.get("team")
        question = unsaid_reason(self.case, owner=owner, team=team, actor=self.actor)
        if question and not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", question)
        return cleaned


class AssignForm(CaseForm):
    owner = PersonField(
        label=_("Owner"),
        required=False,
        queryset=get_user_model().objects.none(),
        empty_label=_("nobody: back to the team"),
    )
    team = forms.ModelChoiceField(
        label=_("Team"), required=False, queryset=Team.objects.all(), empty_label=_("as it is")
    )
    note = note_field(_("What the next person must know. Needed where the case leaves its team: say why."))

    def clean(self) -> dict[str, object]:
        return self.with_reason(super().clean())

    def prepare(self) -> None:
        self.fields["owner"].initial = self.case.owner_id
        self.fields["owner"].queryset = owners_for(self.actor, holder_id=self.case.owner_id)
        if not self.actor.has_perm("loop.assign_case"):
            del self.fields["team"]


class TakeForm(CaseForm):
    note = note_field(_("Needed where you are not of the case's team and somebody has it: say why."))

    def clean(self) -> dict[str, object]:
        return self.with_reason(super().clean() | {"owner": self.actor})


class ContactForm(CaseForm):
    channel = forms.ChoiceField(label=_("How"), choices=CONTACT_CHANNELS)
    reached = forms.TypedChoiceField(
        label=_("Did you reach the customer?"),
        choices=[("yes", _("Yes, we spoke")), ("no", _("No, nobody answered"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )
    minutes = minutes_field()
    note = note_field(_("What the customer said, in a sentence or two."))


class StartForm(CaseForm):
    note = note_field()


class ResolveForm(CaseForm):
    cause = forms.ModelChoiceField(
        label=_("Root cause"), queryset=Cause.objects.none(), empty_label=_("Choose what went wrong")
    )
    action = forms.ModelChoiceField(
        label=_("Action taken"), queryset=ActionTaken.objects.none(), empty_label=_("Choose what was done")
    )
    outcome = forms.ModelChoiceField(
        label=_("Outcome"), queryset=Outcome.objects.none(), empty_label=_("Choose how it ended")
    )
    note = forms.CharField(
        label=_("In your words"),
        max_length=300,
        widget=few_lines(rows=2),
        help_text=_("How it ended for the customer, in a sentence. The customer is asked next whether it is solved."),
    )
    minutes = minutes_field()

    def prepare(self) -> None:
        self.fields["cause"].queryset = offered_causes()
        self.fields["action"].queryset = ActionTaken.objects.filter(is_active=True)
        self.fields["outcome"].queryset = Outcome.objects.filter(is_active=True)
        for name in ("cause", "action", "outcome"):
            self.fields[name].initial = getattr(self.case, name)
        self.fields["note"].initial = self.case.outcome_note


class UnreachableForm(CaseForm):
    note = note_field(_("Attempts to reach the customer stand in the history; add what else you know."))


class DeclineForm(CaseForm):
    note = note_field(
        _("Why nothing is done: the customer wants nothing, or there is nothing to put right."), required=True
    )


class DuplicateForm(CaseForm):
    of = forms.CharField(label=_("Code of the case that stays"), max_length=16)
    note = note_field()

    def prepare(self) -> None:
        self.fields["of"].widget.attrs |= {"list": "known-cases", "autocomplete": "off"}

    @property
    def known_cases(self) -> QuerySet[Case]:
        """The same customer's: a duplicate is hardly ever anybody else's."""
        others = Case.objects.visible_to(self.actor).filter(customer=self.case.customer, customer__isnull=False)
        return others.exclude(pk=self.case.pk).exclude(status=Case.Status.DUPLICATE).order_by("-opened_at")[:20]

    def clean_of(self) -> Case:
        return case_of_code(self.cleaned_data["of"].strip(), self.actor)


class ReopenForm(CaseForm):
    note = note_field(_("Why it is not over."), required=True)


class SnoozeForm(CaseForm):
    until = SnoozeField(label=_("Until"))
    on = forms.DateField(
        label=_("or on a day of your own"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    note = note_field()

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        day = cleaned.pop("on", None)
        awaits_reply = day is None and self.data.get("until") == REPLY
        return cleaned | {"awaits_reply": awaits_reply} | ({"until": morning_of(day)} if day else {})


class PauseForm(CaseForm):
    reason = forms.CharField(
        label=_("What are you waiting for?"), max_length=200, help_text=_("Shown wherever this case is late.")
    )


class ResumeForm(CaseForm):
    note = note_field()


class SeverityForm(CaseForm):
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices)
    note = note_field(_("Why. The clocks are set anew, counted from the opening."))

    def prepare(self) -> None:
        self.fields["severity"].initial = self.case.severity


class CauseForm(CaseForm):
    cause = forms.ModelChoiceField(
        label=_("Root cause"), queryset=Cause.objects.none(), empty_label=_("Choose what went wrong")
    )
    note = note_field(_("As far as it is known by now; the resolution may still say otherwise."))

    def prepare(self) -> None:
        self.fields["cause"].queryset, self.fields["cause"].initial = offered_causes(), self.case.cause_id


class GoodwillForm(CaseForm):
    amount = forms.DecimalField(label=_("Amount"), min_value=Decimal("0.01"), max_digits=8, decimal_places=2)
    minutes = minutes_field()
    note = note_field(_("What the customer was given."))

    def prepare(self) -> None:
        room = room_for(self.case, self.actor)
        if not room:
            self.refusal = _("Your role may give no more goodwill on this case. Ask somebody with a higher limit.")
        self.fields["amount"].help_text = _("Up to %(room)s on this case.") % {"room": room}


class OverrideForm(CaseForm):
    arm = forms.ModelChoiceField(label=_("Do this"), queryset=Arm.objects.none(), empty_label=None)
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        widget=few_lines(rows=2),
        help_text=_("The case still counts where it was drawn, so that the comparison stays fair."),
    )

    def prepare(self) -> None:
        placement = self.case.placement
        permitted = Arm.objects.filter(playbook=placement.playbook_id)
        self.fields["arm"].queryset = permitted.exclude(pk=placement.arm_in_force.pk)


class LeaveOutForm(CaseForm):
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        widget=few_lines(rows=2),
        help_text=_("Nobody is told to do anything by the playbook any more; do what is right for this customer."),
    )


class TagsForm(CaseForm):
    """What was there when the page was drawn travels along: somebody else's tag is neither lost nor brought back."""

    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        max_length=500,
        help_text=_("Words to find cases by, with commas between them. A new word becomes a new tag."),
    )
    were = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    def prepare(self) -> None:
        held = ", ".join(tag.name for tag in self.case.tags.all())
        self.fields["tags"].initial = self.fields["were"].initial = held
        self.fields["tags"].widget.attrs |= {"list": "known-tags", "autocomplete": "off"}

    @property
    def known_tags(self) -> QuerySet[Tag]:
        return Tag.objects.annotate(used=Count("cases")).order_by("-used", "name")[:100]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        wanted, were = tag_names(cleaned.pop("tags", "")), tag_names(cleaned.pop("were", ""))
        return cleaned | {"add": [n for n in wanted if n not in were], "drop": [n for n in were if n not in wanted]}


class IncidentForm(CaseForm):
    incident = forms.CharField(
        label=_("Code of the incident's case"),
        required=False,
        max_length=16,
        help_text=_("The case in which what many share is worked. Empty: this case stands for itself."),
    )
    note = note_field()

    def prepare(self) -> None:
        self.fields["incident"].initial = self.case.incident.code if self.case.incident else ""

    def clean_incident(self) -> Case | None:
        code = self.cleaned_data["incident"].strip()
        return case_of_code(code, self.actor) if code else None


class TicketForm(CaseForm):
    external_ref = forms.CharField(label=_("Ticket number elsewhere"), max_length=120, required=False)

    def prepare(self) -> None:
        self.fields["external_ref"].initial = self.case.external_ref


class NoteForm(CaseForm):
    text = forms.CharField(
        label=_("Internal note"),
        max_length=4000,
        widget=few_lines(),
        help_text=_("Colleagues only, never sent to the customer. @name tells a colleague."),
    )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        return cleaned | {"mentions": mentioned(cleaned.get("text", ""), self.actor)}


def case_of_code(code: str, actor: AbstractBaseUser) -> Case:
    """Among those that the person may see. Raises ValidationError."""
    found = Case.objects.visible_to(actor).filter(code__iexact=code).first()
    if found is None:
        raise forms.ValidationError(_("There is no case with the code “%(code)s”."), params={"code": code})
    return found


def offered_causes() -> QuerySet[Cause]:
    """Only the lower level: an upper one is too general to learn from."""
    lowest = Cause.objects.filter(is_active=True, children__isnull=True)
    return lowest.select_related("parent").order_by("parent__position", "parent__name", "position", "name")


def mentioned(text: str, actor: AbstractBaseUser) -> list[AbstractBaseUser]:
    names = {name.rstrip(".-").casefold() for name in MENTION.findall(text)}
    return [person for person in colleagues_of(actor) if person.get_username().casefold() in names] if names else []
