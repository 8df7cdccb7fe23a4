from django import forms
from django.utils.translation import gettext_lazy as _


class EffectForm(forms.Form):
    days = forms.TypedChoiceField(
        label=_("Period"),
        coerce=int,
        choices=[
            (30, _("last 30 days")),
            (90, _("last 90 days")),
            (180, _("last 180 days")),
            (365, _("last 365 days")),
        ],
    )
    kind = forms.ChoiceField(label=_("Score"), choices=[("csat", "CSAT"), ("nps", "NPS"), ("ces", "CES")])
    USUAL = {"days": 90, "kind": "csat"}

    def __init__(self, data) -> None:
        super().__init__({name: data.get(name, usual) for name, usual in self.USUAL.items()})
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"
