from django import forms
from django.utils.translation import gettext_lazy as _

from loop.reports.fairness import BY_ATTRIBUTE, BY_LANGUAGE, BY_VALUE

DAYS = [
    (30, _("last 30 days")),
    (90, _("last 90 days")),
    (180, _("last 180 days")),
    (365, _("last 365 days")),
]


class ReportForm(forms.Form):
    """What narrows a report down; what the address does not say is as usual."""

    days = forms.TypedChoiceField(label=_("Period"), coerce=int, choices=DAYS)
    USUAL: dict[str, object] = {"days": 90}

    def __init__(self, data) -> None:
        super().__init__({name: data.get(name, usual) for name, usual in self.USUAL.items()})
        for field in self.fields.values():
            is_chosen = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select" if is_chosen else "form-control"


class EffectForm(ReportForm):
    kind = forms.ChoiceField(label=_("Score"), choices=[("csat", "CSAT"), ("nps", "NPS"), ("ces", "CES")])
    USUAL = {"days": 90, "kind": "csat"}


class FairnessForm(ReportForm):
    by = forms.ChoiceField(label=_("Compare by"))
    USUAL = {"days": 90, "by": BY_VALUE}

    def __init__(self, data, *, segments: list[str]) -> None:
        super().__init__(data)
        self.fields["by"].choices = [(segment, segment_name(segment)) for segment in segments]


class StaffingForm(ReportForm):
    days = None
    people = forms.IntegerField(label=_("People on cases"), min_value=1, max_value=200)
    hours = forms.FloatField(label=_("Hours a day for cases"), min_value=0.5, max_value=12)
    minutes = forms.FloatField(label=_("Minutes a case (if not entered)"), min_value=1, max_value=600, required=False)
    USUAL = {"people": 1, "hours": 6, "minutes": ""}

    def __init__(self, data, *, people: int) -> None:
        self.USUAL = self.USUAL | {"people": people}
        super().__init__(data)


def segment_name(segment: str) -> str:
    names = {BY_VALUE: _("value per year"), BY_LANGUAGE: _("language")}
    return names.get(segment) or segment.removeprefix(BY_ATTRIBUTE)
