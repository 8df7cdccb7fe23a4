"""While somebody types: the unsaved form as customers would see it, and what is wrong with it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from surveys.admin.rows import UnsavedDraft, read_draft
from surveys.definition.freeze import checksum, freeze
from surveys.definition.schema import read_definition
from surveys.forms.sealed import seal_definition
from surveys.models import Question, Survey
from surveys.services.checks import problems_of


class LivePreview:
    """Part of the survey's admin page."""

    def live_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.live_page))
        return [path("<int:object_id>/live/", view, name="surveys_survey_live")]

    def live_page(self, request: HttpRequest, object_id: int) -> JsonResponse:
        """Nothing is saved here; 0 stands for a survey that has no row yet."""
        survey = self.get_object(request, str(object_id)) if object_id else None
        if not (self.has_change_permission(request, survey) if survey else self.has_add_permission(request)):
            raise PermissionDenied
        draft = self._unsaved_draft(request, survey)
        frozen = freeze(draft)
        shown = [
            {"problem": problem, "row": draft.row_of(problem.question)}
            for problem in problems_of(draft, read_definition(frozen))
        ]
        languages_url = reverse("admin:surveys_survey_languages", args=[survey.pk]) if survey else ""
        context = {"problems": shown, "languages_url": languages_url}
        return JsonResponse(
            {
                "problems": render_to_string("admin/surveys/survey/_problems.html", context),
                "definition": seal_definition(frozen),
                "fingerprint": checksum(frozen),
            }
        )

    def _unsaved_draft(self, request: HttpRequest, survey: Survey | None) -> UnsavedDraft:
        form_class = self.get_form(request, survey, change=survey is not None)
        form_class.is_for_preview = True
        form = form_class(request.POST, instance=survey)
        form.is_valid()
        formsets, _inlines = self._create_formsets(request, form.instance, change=survey is not None)
        questions = next(formset for formset in formsets if formset.model is Question)
        for formset in [questions, *(nested.formset for each in questions.forms for nested in each.nested_formsets)]:
            formset.is_valid()
        return read_draft(form.instance, questions)
