"""The pages around a draft: templates, publishing, versions, copies, closing, a test to oneself."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminTextInputWidget

from surveys.admin.standing import Standing, standing_of
from surveys.definition.diff import Effect, compare, gravest
from surveys.definition.pipe import fill
from surveys.definition.schema import read_definition
from surveys.library.questionnaires import SURVEYS
from surveys.library.shelf import NoSuchTemplate
from surveys.models import Survey, SurveyVersion
from surveys.services import surveys as services
from surveys.services.addresses import BadAddress
from vocplatform.lib.adminpages import note_in_history


class TestForm(forms.Form):
    address = forms.CharField(
        label=_("E-mail address or telephone number"),
        help_text=_(
            "Message and link work as they do for customers; both say that it is a test, and the answer counts nowhere."
        ),
        max_length=254,
        widget=UnfoldAdminTextInputWidget(),
    )


class PublishingPages:
    """Part of the survey's admin page. Everything that changes a row is a POST."""

    def publishing_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, Callable, str]] = [
            ("from-template/", require_POST(self.begin), "begin"),
            ("<int:object_id>/publish/", self.publish_page, "publish"),
            ("<int:object_id>/versions/", self.versions_page, "versions"),
            ("<int:object_id>/duplicate/", require_POST(self.duplicate), "duplicate"),
            ("<int:object_id>/close/", require_POST(self.close), "close"),
            ("<int:object_id>/reopen/", require_POST(self.reopen), "reopen"),
            ("<int:object_id>/test/", self.test_page, "test"),
            ("version/<int:version_id>/live/", require_POST(self.roll_back), "roll_back"),
            ("version/<int:version_id>/draft/", require_POST(self.restore), "restore"),
        ]
        return [
            path(route, self.admin_site.admin_view(view), name=f"surveys_survey_{name}") for route, view, name in pages
        ]

    def templates_page(self, request: HttpRequest) -> HttpResponse:
        plans = [(plan, [fill(str(question.text), {}, str) for question in plan.questions]) for plan in SURVEYS]
        context = {"title": _("New survey"), "plans": plans, "languages": settings.LANGUAGES}
        return self._page(request, "templates", context)

    def begin(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        locale = request.POST.get("locale", settings.LANGUAGE_CODE)
        if locale not in dict(settings.LANGUAGES):
            raise Http404
        try:
            survey = services.create_from_template(request.POST.get("template", ""), locale=locale)
        except NoSuchTemplate as problem:
            raise Http404 from problem
        note_in_history(request, survey, str(_("Begun from a template.")))
        return redirect("admin:surveys_survey_change", survey.pk)

    def publish_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        survey = self._survey(request, object_id, "publish")
        if request.method == "POST":
            return self._publish(request, survey)
        return self._draw_publish(request, survey)

    def _publish(self, request: HttpRequest, survey: Survey) -> HttpResponse:
        note = request.POST.get("note", "").strip()[:300]
        before = survey.live_version
        try:
            version = services.publish_survey(survey.pk, actor=request.user, now=timezone.now(), note=note)
        except services.NotReady:
            return self._draw_publish(request, self._survey(request, survey.pk, "publish"), status=409)
        if version == before:
            messages.info(request, _("Nothing to publish: the draft asks what is live already."))
        else:
            note_in_history(request, survey, str(_("Published version %s.") % version.number))
            messages.success(
                request, _("Version %s is live. Who gets it is decided by rules and links.") % version.number
            )
        return redirect("admin:surveys_survey_change", survey.pk)

    def _draw_publish(self, request: HttpRequest, survey: Survey, status: int = 200) -> HttpResponse:
        standing = standing_of(survey)
        context = {
            "title": _("Publish “%s”") % survey,
            "standing": standing,
            "problems": shown_problems(standing),
            "gravest": gravest(standing.changes),
            "effects": Effect,
            "may_publish_now": not standing.errors and (standing.is_changed or standing.live is None),
        }
        response = self._page(request, "publish", context, survey)
        response.status_code = status
        return response

    def versions_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        survey = self._survey(request, object_id, "view")
        versions = survey.versions.select_related("published_by").with_answers().order_by("-number")
        context = {
            "title": _("Versions of “%s”") % survey,
            "versions": _with_changes(list(versions)),
            "may_publish": request.user.has_perm("surveys.publish_survey"),
        }
        return self._page(request, "versions", context, survey)

    def roll_back(self, request: HttpRequest, version_id: int) -> HttpResponse:
        survey = self._survey_of(request, version_id, "publish")
        version = services.roll_back(version_id, actor=request.user, now=timezone.now())
        note_in_history(request, survey, f"{_('Published version %s.') % version.number} {version.note}")
        messages.success(request, _("Version %(number)s is live: %(note)s.") % vars(version))
        return redirect("admin:surveys_survey_versions", survey.pk)

    def restore(self, request: HttpRequest, version_id: int) -> HttpResponse:
        survey = self._survey_of(request, version_id, "change")
        services.restore_draft(version_id)
        note_in_history(request, survey, str(_("Took the draft back to a version.")))
        messages.success(request, _("The draft asks again what that version asks. Nothing is published by this."))
        return redirect("admin:surveys_survey_change", survey.pk)

    def duplicate(self, request: HttpRequest, object_id: int) -> HttpResponse:
        original = self._survey(request, object_id, "view")
        if not self.has_add_permission(request):
            raise PermissionDenied
        copy = services.duplicate_survey(original.pk)
        note_in_history(request, copy, str(_("Copied from “%s”.") % original))
        messages.success(request, _("This is the copy. Give it a name of its own."))
        return redirect("admin:surveys_survey_change", copy.pk)

    def close(self, request: HttpRequest, object_id: int) -> HttpResponse:
        survey = self._survey(request, object_id, "publish")
        services.close_survey(survey.pk, now=timezone.now())
        note_in_history(request, survey, str(_("Closed.")))
        messages.success(request, _("Closed: links say so in a friendly way, and nobody new is asked."))
        return redirect("admin:surveys_survey_change", survey.pk)

    def reopen(self, request: HttpRequest, object_id: int) -> HttpResponse:
        survey = self._survey(request, object_id, "publish")
        services.reopen_survey(survey.pk, now=timezone.now())
        note_in_history(request, survey, str(_("Opened again.")))
        messages.success(request, _("Open again: links and rules work as before."))
        return redirect("admin:surveys_survey_change", survey.pk)

    def test_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        survey = self._survey(request, object_id, "publish")
        form = TestForm(request.POST or None, initial={"address": request.user.email})
        if survey.live_version and request.method == "POST" and form.is_valid():
            try:
                services.send_test(survey.live_version, form.cleaned_data["address"], now=timezone.now())
            except BadAddress as problem:
                form.add_error("address", str(problem))
            else:
                messages.success(request, _("The test is on its way to %(address)s.") % form.cleaned_data)
                return redirect("admin:surveys_survey_change", survey.pk)
        return self._page(request, "test", {"title": _("Test “%s”") % survey, "form": form}, survey)

    def after_saving(self, request: HttpRequest, survey: Survey) -> HttpResponse | None:
        if "_publish" in request.POST and request.user.has_perm("surveys.publish_survey"):
            return redirect("admin:surveys_survey_publish", survey.pk)
        return None

    def _survey(self, request: HttpRequest, object_id: int, needs: str) -> Survey:
        """Fetch and authorise in one step."""
        survey = self.get_object(request, str(object_id))
        if survey is None:
            raise Http404
        may = {
            "view": self.has_view_permission(request, survey),
            "change": self.has_change_permission(request, survey),
            "publish": request.user.has_perm("surveys.publish_survey"),
        }
        if not may[needs]:
            raise PermissionDenied
        return survey

    def _survey_of(self, request: HttpRequest, version_id: int, needs: str) -> Survey:
        version = SurveyVersion.objects.filter(pk=version_id).first()
        return self._survey(request, version.survey_id if version else 0, needs)

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any], survey: Survey | None = None):
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "survey": survey,
            "original": survey,
            "change_url": reverse("admin:surveys_survey_change", args=[survey.pk]) if survey else "",
            "languages_url": reverse("admin:surveys_survey_languages", args=[survey.pk]) if survey else "",
        }
        return TemplateResponse(request, f"admin/surveys/survey/{name}.html", shared | context)


def shown_problems(standing: Standing) -> list[dict[str, Any]]:
    """Each problem with the row that a link can jump to."""
    rows = {question.key: f"questions-{place}" for place, question in enumerate(standing.survey.questions.all())}
    return [{"problem": problem, "row": rows.get(problem.question, "")} for problem in standing.problems]


def _with_changes(versions: list[SurveyVersion]) -> list[dict[str, Any]]:
    """Newest first, each with what it changed against the one before."""
    shown = []
    for version, earlier in zip(versions, [*versions[1:], None], strict=True):
        definitions = [read_definition(one.definition) for one in (earlier, version) if one]
        changes = compare(*definitions) if earlier else []
        shown.append({"version": version, "changes": changes, "gravest": gravest(changes), "is_first": not earlier})
    return shown
