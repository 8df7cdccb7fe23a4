"""How long until a change shows: the number of answers a survey gets against the number a difference needs."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from surveys.definition.freeze import freeze
from surveys.definition.schema import read_definition
from surveys.services.volume import ENOUGH_ANSWERS, power_of


class VolumeForm(forms.Form):
    answers = forms.IntegerField(
        label=_("Answers you expect in a month"),
        min_value=1,
        max_value=10_000_000,
        required=False,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text=_("Leave it empty to go on with what was measured."),
    )


class PowerPage:
    """Part of the survey's admin page."""

    def power_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.power_page)
        return [path("<int:object_id>/power/", view, name="surveys_survey_power")]

    def power_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        survey = self._survey(request, object_id, "view")
        form = VolumeForm(request.GET or None)
        planned = form.cleaned_data["answers"] if form.is_bound and form.is_valid() else None
        definition = read_definition(freeze(survey))
        context = {
            "title": _("How soon a change in “%s” would show") % survey,
            "form": form,
            "power": power_of(survey, definition, now=timezone.now(), planned=planned),
            "enough": ENOUGH_ANSWERS,
        }
        return self._page(request, "power", context, survey)
