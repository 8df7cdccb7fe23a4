from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import Theme


class AcceptForm(forms.Form):
    """A suggestion becomes a theme of its own."""

    name = forms.CharField(label=_("Name"), max_length=80)
    parent = forms.ModelChoiceField(
        Theme.objects.filter(parent__isnull=True),
        label=_("Part of"),
        required=False,
        empty_label=_("a theme of its own"),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs |= {"class": "form-select" if name == "parent" else "form-control"}


class MergeForm(forms.Form):
    """Its phrases are added to the words of a theme."""

    theme = forms.ModelChoiceField(
        Theme.objects.select_related("parent").in_order(),
        label=_("Add to"),
        empty_label=_("choose a theme"),
        error_messages={"required": _("Choose the theme to add the words to.")},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].widget.attrs |= {"class": "form-select"}
