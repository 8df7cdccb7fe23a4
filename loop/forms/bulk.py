"""One thing done to many cases: which cases, in the versions that were seen, and what is asked of each."""

import re

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from loop.forms.cases import offered_causes
from loop.forms.moments import REPLY, SnoozeField
from loop.forms.people import PersonField, owners_for
from loop.models import ActionTaken, Outcome
from loop.services.tags import tag_names

AT_MOST = 500
PICKED = re.compile(r"([0-9]{1,18}):([0-9]{1,9})")
NEEDED = {
    "mine": (),
    "assign": ("owner",),
    "snooze": ("until",),
    "tag": ("tag",),
    "close": ("cause", "action", "outcome", "note"),
}


class PickedCases(forms.Field):
    """Cleaned to a mapping of the case's key to the version that the person saw."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: list[str]) -> dict[int, int]:
        picked = [PICKED.fullmatch(each) for each in value or []]
        if not picked:
            raise forms.ValidationError(_("Select at least one case."))
        if len(picked) > AT_MOST:
            raise forms.ValidationError(_("Select at most %(most)d cases at a time."), params={"most": AT_MOST})
        if None in picked:
            raise forms.ValidationError(_("One of the selected cases cannot be read. Load the page again."))
        return {int(each[1]): int(each[2]) for each in picked}


class BulkForm(forms.Form):
    act = forms.ChoiceField(choices=[(name, name) for name in NEEDED])
    case = PickedCases()
    owner = PersonField(label=_("Owner"), required=False, queryset=get_user_model().objects.none(), empty_label="–")
    until = SnoozeField(label=_("Until"), required=False, short=True)
    why = forms.CharField(label=_("Reason, where a case leaves its team"), required=False, max_length=300)
    tag = forms.CharField(label=_("Tag"), required=False, max_length=100)
    cause = forms.ModelChoiceField(label=_("Root cause"), required=False, queryset=offered_causes(), empty_label="–")
    action = forms.ModelChoiceField(
        label=_("Action taken"), required=False, queryset=ActionTaken.objects.filter(is_active=True), empty_label="–"
    )
    outcome = forms.ModelChoiceField(
        label=_("Outcome"), required=False, queryset=Outcome.objects.filter(is_active=True), empty_label="–"
    )
    note = forms.CharField(label=_("In your words"), required=False, max_length=300)

    def __init__(self, *args, user, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners_for(user)
        self.fields["until"].required = self.data.get("act") == "snooze"
        for name in ("owner", "until", "cause", "action", "outcome"):
            self.fields[name].widget.attrs["class"] = "form-select"
        for name in ("note", "tag", "why"):
            self.fields[name].widget.attrs["class"] = "form-control"

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        for name in NEEDED.get(cleaned.get("act", ""), ()):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("%(field)s: choose or fill in.") % {"field": self.fields[name].label})
        return cleaned

    @property
    def wanted(self) -> dict[str, object]:
        act = self.cleaned_data["act"]
        if act == "tag":
            return {"add": tag_names(self.cleaned_data["tag"])}
        more = {}
        if act == "snooze":
            more = {"awaits_reply": self.data.get("until") == REPLY}
        elif act in ("mine", "assign"):
            more = {"note": self.cleaned_data["why"]}
        return {name: self.cleaned_data[name] for name in NEEDED[act]} | more
