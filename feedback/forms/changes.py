from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import LoggedChange
from surveys.models import Touchpoint


class ChangeForm(forms.ModelForm):
    """What changed, in one line. A wording is logged by itself when a version is published."""

    class Meta:
        model = LoggedChange
        fields = ["kind", "on", "until_on", "text", "touchpoint"]
        widgets = {
            "on": forms.DateInput(attrs={"type": "date"}),
            "until_on": forms.DateInput(attrs={"type": "date"}),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            choice for choice in LoggedChange.Kind.choices if choice[0] != LoggedChange.Kind.WORDING
        ]
        self.fields["touchpoint"].queryset = Touchpoint.objects.order_by("name")
        self.fields["touchpoint"].empty_label = _("everywhere")
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"

    def clean(self) -> dict:
        cleaned = super().clean()
        on, until_on = cleaned.get("on"), cleaned.get("until_on")
        if on and until_on and until_on < on:
            self.add_error("until_on", _("The end lies before the beginning."))
        return cleaned
