"""What people call a comment: as a correction, and blindly for a drawn one."""

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import Reading
from feedback.services.corrections import NOTE_LENGTH
from feedback.services.samples import LARGEST

UNCLEAR = "unclear"


class CorrectionForm(forms.Form):
    """`seen` is the correction that was in force when the page was drawn, 0 for none."""

    label = forms.ChoiceField(
        label=_("The comment is"),
        choices=Reading.Label,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what the comment is."),
            "invalid_choice": _("Choose what the comment is."),
        },
    )
    note = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=NOTE_LENGTH,
        help_text=_("For colleagues who read it differently; may stay empty."),
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    back = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class BlindLabelForm(forms.Form):
    blind = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    label = forms.ChoiceField(choices=[*Reading.Label.choices, (UNCLEAR, _("cannot tell"))])

    @property
    def chosen(self) -> str:
        """Call only when valid. Empty where the person could not tell."""
        label = self.cleaned_data["label"]
        return "" if label == UNCLEAR else label


class SampleForm(forms.Form):
    size = forms.IntegerField(
        label=_("Comments to draw"),
        min_value=10,
        max_value=LARGEST,
        initial=100,
        error_messages={"min_value": _("Draw at least 10."), "max_value": _("Draw at most 500.")},
        help_text=_("With 100 labelled ones the accuracy is known to about 8 points either way."),
    )
    size.widget.attrs["class"] = "form-control"
