from django import forms
from django.utils.translation import gettext_lazy as _


class CustomerSearch(forms.Form):
    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "class": "form-control", "placeholder": _("Name, customer number or address")}
        ),
    )

    @property
    def text(self) -> str:
        self.full_clean()
        return self.cleaned_data.get("q", "")
