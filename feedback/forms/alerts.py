from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import Investigation


class VersionedForm(forms.Form):
    """Says which state of the investigation was seen, so that nobody writes over somebody else's."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for field in self.visible_fields():
            is_choice = isinstance(field.field, forms.ChoiceField)
            field.field.widget.attrs["class"] = "form-select" if is_choice else "form-control"


class TakeForm(VersionedForm):
    due_on = forms.DateField(label=_("Due on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class NoteForm(VersionedForm):
    text = forms.CharField(label=_("What was found"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    link = forms.URLField(label=_("Link to the evidence"), required=False, max_length=500, assume_scheme="https")


class CloseForm(VersionedForm):
    verdict = forms.ChoiceField(label=_("Verdict"), choices=[("", "–"), *Investigation.Verdict.choices])
    text = forms.CharField(label=_("In a sentence"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))
