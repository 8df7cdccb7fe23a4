"""A survey's further languages: side by side with its own, by hand or from a file."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from surveys.definition.freeze import freeze
from surveys.definition.languages import has_ready_words, language_choices, language_name, missing_texts
from surveys.definition.schema import read_definition
from surveys.forms.loaded import reading_direction
from surveys.models import Survey
from surveys.services import languages as services
from surveys.services.languages import BadFile, Line, NotALanguage, TextsChanged
from vocplatform.lib.adminpages import note_in_history

LONG_TEXT = 80  # letters: more than fit a line
PARTS = {
    "title": _("Title"),
    "introduction": _("Introduction"),
    "thanks_title": _("Thank-you title"),
    "thanks_text": _("Thank-you text"),
    "privacy_notice": _("Privacy notice"),
    "text": _("Question"),
    "help_text": _("Help"),
    "low_label": _("Lowest"),
    "high_label": _("Highest"),
}


class FileForm(forms.Form):
    file = forms.FileField(label=_("File"), error_messages={"required": _("Choose a file first.")})


class LanguagePages:
    """Part of the survey's admin page."""

    def language_urls(self) -> list[URLPattern]:
        one = "<int:object_id>/languages/<slug:locale>/"
        pages: list[tuple[str, Callable, str]] = [
            ("<int:object_id>/languages/", self.languages_page, "languages"),
            ("<int:object_id>/languages/add/", require_POST(self.add_language), "language_add"),
            (one, self.language_page, "language"),
            (f"{one}drop/", require_POST(self.drop_language), "language_drop"),
            (f"{one}import/", require_POST(self.import_texts), "language_import"),
            (f"{one}texts.csv", self.export_texts, "language_export"),
        ]
        return [
            path(route, self.admin_site.admin_view(view), name=f"surveys_survey_{name}") for route, view, name in pages
        ]

    def languages_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        survey = self._survey(request, object_id, "change")
        definition = read_definition(freeze(survey))
        spoken = {survey.locale, *survey.other_locales}
        context = {
            "title": _("Languages of “%s”") % survey,
            "languages": [
                {
                    "locale": locale,
                    "name": language_name(locale),
                    "missing": len(missing_texts(definition, locale)),
                    "stale": services.stale_places(survey, definition).get(locale, 0),
                    "is_ready": has_ready_words(locale),
                }
                for locale in survey.other_locales
            ],
            "own": {"name": language_name(survey.locale), "is_ready": has_ready_words(survey.locale)},
            "offered": [
                (group, [pair for pair in pairs if pair[0] not in spoken]) for group, pairs in language_choices()
            ],
        }
        return self._page(request, "languages", context, survey)

    def add_language(self, request: HttpRequest, object_id: int) -> HttpResponse:
        survey = self._survey(request, object_id, "change")
        locale = request.POST.get("locale", "")
        try:
            services.add_language(survey.pk, locale)
        except NotALanguage:
            messages.error(request, _("Choose a language that the survey does not speak yet."))
            return redirect("admin:surveys_survey_languages", survey.pk)
        note_in_history(request, survey, str(_("Added %s.") % language_name(locale)))
        return redirect("admin:surveys_survey_language", survey.pk, locale)

    def drop_language(self, request: HttpRequest, object_id: int, locale: str) -> HttpResponse:
        survey = self._spoken(request, object_id, locale)
        services.drop_language(survey.pk, locale)
        note_in_history(request, survey, str(_("Took %s away.") % language_name(locale)))
        messages.success(request, _("The draft no longer speaks %s. Published versions stay.") % language_name(locale))
        return redirect("admin:surveys_survey_languages", survey.pk)

    def language_page(self, request: HttpRequest, object_id: int, locale: str) -> HttpResponse:
        survey = self._spoken(request, object_id, locale)
        if request.method != "POST":
            return self._language(request, survey, locale)
        typed, seen = (_posted(request, prefix) for prefix in ("text-", "seen-"))
        try:
            changed = services.write_texts(survey.pk, locale, typed, seen=seen, still_right=_posted(request, "right-"))
        except TextsChanged as problem:
            return self._language(request, survey, locale, typed=typed, theirs=problem.texts, status=409)
        note_in_history(request, survey, str(_("Translated into %s.") % language_name(locale)))
        messages.success(request, _("Saved, %s changed. Customers read it once you publish.") % _texts(changed))
        return redirect("admin:surveys_survey_language", survey.pk, locale)

    def _language(
        self, request: HttpRequest, survey: Survey, locale: str, *, typed=None, theirs=None, status: int = 200
    ) -> HttpResponse:
        lines = services.lines_of(survey, locale)
        asked = {question.key: question.text for question in survey.questions.all()}
        context = {
            "title": _("%(language)s of “%(survey)s”") % {"language": language_name(locale), "survey": survey},
            "locale": locale,
            "language": language_name(locale),
            "own": language_name(survey.locale),
            "direction": reading_direction(locale),
            "rows": [_shown(line, asked, typed or {}, theirs or {}) for line in lines],
            "missing": sum(line.is_missing for line in lines),
            "stale": sum(line.is_stale for line in lines),
            "is_ready": has_ready_words(locale),
            "clashes": theirs,
            "languages_url": reverse("admin:surveys_survey_languages", args=[survey.pk]),
        }
        response = self._page(request, "language", context, survey)
        response.status_code = status
        return response

    def export_texts(self, request: HttpRequest, object_id: int, locale: str) -> HttpResponse:
        survey = self._spoken(request, object_id, locale)
        headers = {"Content-Disposition": f'attachment; filename="{survey.slug}-{locale}.csv"'}
        text = services.texts_as_csv(survey, locale)
        return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)

    def import_texts(self, request: HttpRequest, object_id: int, locale: str) -> HttpResponse:
        survey = self._spoken(request, object_id, locale)
        form = FileForm(request.POST, request.FILES)
        try:
            if not form.is_valid():
                raise BadFile(form.errors["file"][0])
            texts = services.read_csv(form.cleaned_data["file"].read(services.LONGEST_FILE + 1))
        except BadFile as problem:
            messages.error(request, str(problem))
        else:
            changed = services.write_texts(survey.pk, locale, texts)
            note_in_history(request, survey, str(_("Read %s from a file.") % language_name(locale)))
            messages.success(request, _("Read, %s changed. Customers read it once you publish.") % _texts(changed))
        return redirect("admin:surveys_survey_language", survey.pk, locale)

    def _spoken(self, request: HttpRequest, object_id: int, locale: str) -> Survey:
        survey = self._survey(request, object_id, "change")
        if locale not in survey.other_locales:
            raise Http404
        return survey


def _texts(count: int) -> str:
    return ngettext("%s text", "%s texts", count) % count


def _posted(request: HttpRequest, prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): text for name, text in request.POST.items() if name.startswith(prefix)}


def _shown(line: Line, asked: dict[str, str], typed: dict[str, str], theirs: dict[str, str]) -> dict:
    family, *names = line.place.split(".")
    part = PARTS.get(names[1] if family == "question" else family, _("Choice"))
    return {
        "line": line,
        "part": part,
        "of": asked.get(names[0], "") if names and part != PARTS["text"] else "",
        "text": typed.get(line.place, line.text),
        "theirs": theirs.get(line.place),
        "seen": line.text,
        "is_long": len(line.original) > LONG_TEXT,
        "limit": services.LONGEST_TEXT,
    }
