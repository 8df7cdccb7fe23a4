from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.analytics.driver_rows import MOST_DRIVERS, candidates_of
from feedback.analytics.named_periods import NAMES
from feedback.models import Segment
from surveys.models import SurveyVersion

LEAST_DRIVERS = 2


class DriverForm(forms.Form):
    """What is to be explained, and what may go along with it. The version says which questions there are."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(label=_("Outcome"))
    drivers = forms.MultipleChoiceField(
        label=_("Drivers"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least two drivers: with one there is nothing to share out.")},
    )
    period = forms.ChoiceField(label=_("Period"), choices=list(NAMES.items()), initial="last_365")
    segment = forms.ModelChoiceField(
        label=_("Segment"), queryset=Segment.objects.active(), required=False, empty_label=_("everybody")
    )

    def __init__(self, *args, chosen: SurveyVersion, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        named = candidates_of(chosen)
        scales = [(each.key, each.text) for each in named if not each.is_theme]
        self.fields["version"].initial = chosen.pk
        self.fields["outcome"].choices = scales
        self.fields["drivers"].choices = [
            (each.key, _("Theme: %s") % each.text if each.is_theme else each.text) for each in named
        ]
        self.fields["drivers"].initial = [key for key, _text in scales[1:]]
        for name in ("outcome", "period", "segment"):
            self.fields[name].widget.attrs["class"] = "form-select"

    def clean(self) -> dict:
        data = super().clean()
        drivers = data.get("drivers", [])
        if data.get("outcome") in drivers:
            self.add_error("drivers", _("The outcome cannot be its own driver."))
        elif drivers and len(drivers) < LEAST_DRIVERS:
            self.add_error("drivers", _("Choose at least two drivers: with one there is nothing to share out."))
        elif len(drivers) > MOST_DRIVERS:
            self.add_error("drivers", _("Choose at most %d drivers.") % MOST_DRIVERS)
        return data
