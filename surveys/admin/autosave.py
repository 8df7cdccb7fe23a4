"""The draft saves itself while somebody works on it. Nothing is published by this, and nothing is deleted."""

from datetime import timedelta
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from surveys.admin.conflicts import remember_draft
from surveys.admin.questions import stays
from surveys.models import Question, Survey
from vocplatform.lib.adminpages import note_in_history

ONE_ENTRY_FOR = timedelta(minutes=30)


class Autosave:
    """Part of the survey's admin page."""

    def autosave_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.autosave_page))
        return [path("<int:object_id>/autosave/", view, name="surveys_survey_autosave")]

    @transaction.atomic
    def autosave_page(self, request: HttpRequest, object_id: int) -> JsonResponse:
        """200 saved, 409 somebody else saved meanwhile, 422 not complete yet. Rows marked to go stay until "Save"."""
        survey = self._survey(request, object_id, "change")
        request.POST = _without_deletions(request.POST)
        form = self.get_form(request, survey, change=True)(request.POST, instance=survey)
        is_good = form.is_valid()
        if form.conflict:
            return self._conflict(request, form.conflict, survey)
        formsets, _inlines = self._create_formsets(request, form.instance, change=True)
        problems = [*_problems(form), *(problem for formset in formsets for problem in _formset_problems(formset))]
        if problems or not is_good:
            return JsonResponse({"problem": problems[0] if problems else ""}, status=422)
        survey = self.save_form(request, form, change=True)
        self.save_model(request, survey, form, change=True)
        for formset in formsets:
            self.save_formset(request, form, formset, change=True)
        now = timezone.now()
        _write_down(request, survey, now)
        return JsonResponse(
            {
                "saved": _("Saved %(time)s") % {"time": time_format(timezone.localtime(now), "H:i")},
                "draft_seen": remember_draft(Survey.objects.with_draft().get(pk=survey.pk)),
                "rows": {key: row for formset in formsets if formset.model is Question for key, row in _rows(formset)},
            }
        )

    def _conflict(self, request: HttpRequest, conflict: Any, survey: Survey) -> JsonResponse:
        saved = Survey.objects.with_draft().get(pk=survey.pk)
        context = {"conflict": conflict, "change_url": reverse("admin:surveys_survey_change", args=[survey.pk])}
        box = render_to_string("admin/surveys/survey/_conflict.html", context, request)
        return JsonResponse({"box": box, "draft_seen": remember_draft(saved)}, status=409)


def _without_deletions(posted):
    kept = posted.copy()
    for name in [name for name in kept if name.endswith("-DELETE")]:
        del kept[name]
    return kept


def _problems(form) -> list[str]:
    return [
        f"{form.fields[name].label if name in form.fields else ''}: {errors[0]}".removeprefix(": ")
        for name, errors in form.errors.items()
    ]


def _formset_problems(formset) -> list[str]:
    found = []
    if not formset.is_valid():
        found += [problem for form in formset.forms for problem in _problems(form)] or [str(formset.non_form_errors())]
    for form in formset.forms:
        for nested in getattr(form, "nested_formsets", ()):
            found += _formset_problems(nested.formset)
    return found


def _rows(formset) -> list[tuple[str, dict[str, Any]]]:
    """The prefix under which a row was posted, and the row that it is now."""
    found = []
    for form in formset.forms:
        if stays(form):
            found.append((form.prefix, {"id": form.instance.pk, "key": form.instance.key}))
            for nested in getattr(form, "nested_formsets", ()):
                found += _rows(nested.formset)
    return found


def _write_down(request: HttpRequest, survey: Survey, now) -> None:
    """One line in the history for a spell of work, not one every two seconds."""
    words = str(_("Saved while working on it."))
    last = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Survey), object_id=str(survey.pk)
    ).first()
    is_same_spell = (
        last is not None
        and last.user_id == request.user.pk
        and last.action_flag == CHANGE
        and last.change_message == words
        and now - last.action_time < ONE_ENTRY_FOR
    )
    if is_same_spell:
        LogEntry.objects.filter(pk=last.pk).update(action_time=now)
    else:
        note_in_history(request, survey, words)
