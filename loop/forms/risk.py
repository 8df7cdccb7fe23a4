from django import forms
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from feedback.metrics import METRICS
from feedback.metrics.leads import SCALES
from feedback.models import CustomerProfile, Segment


class RiskForm(forms.Form):
    segment = forms.ModelChoiceField(
        label=_("Segment"),
        queryset=Segment.objects.active(),
        to_field_name="slug",
        required=False,
        empty_label=_("everybody"),
    )
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("", _("likeliest first")), ("value", _("most value at stake first"))],
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    def narrowed(self, profiles: QuerySet[CustomerProfile]) -> QuerySet[CustomerProfile]:
        segment = self.cleaned_data["segment"]
        return profiles.filter(customer__memberships__segment=segment) if segment else profiles

    def ordered(self, profiles: QuerySet[CustomerProfile], *, by_risk: bool) -> QuerySet[CustomerProfile]:
        """At stake is the yearly value times the risk; where no risk is known it is the value alone."""
        if self.cleaned_data["order"] != "value":
            return profiles
        stake = F("customer__annual_value") * F("risk") if by_risk else F("customer__annual_value")
        return profiles.order_by(stake.desc(nulls_last=True), "-pk")


class CohortForm(forms.Form):
    show = forms.ChoiceField(
        label=_("Score"),
        choices=[(metric.key, metric.name) for metric in METRICS.values() if metric.kind in SCALES],
    )

    def __init__(self, data) -> None:
        super().__init__({"show": data.get("show", "nps")})
        self.fields["show"].widget.attrs["class"] = "form-select"
