"""The survey designer: draft, preview, problems, publishing."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Model, Q
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from surveys.admin.autosave import Autosave
from surveys.admin.conflicts import remember_draft
from surveys.admin.discards import DiscardPages
from surveys.admin.languages import LanguagePages
from surveys.admin.live import LivePreview
from surveys.admin.paths import PathPages
from surveys.admin.power import PowerPage
from surveys.admin.publishing import PublishingPages
from surveys.admin.questions import QuestionInline
from surveys.admin.rows import read_draft, settle_rows, untie_rows
from surveys.admin.standing import standing_of
from surveys.admin.survey_form import SurveyForm
from surveys.definition.kinds import KINDS
from surveys.models import Question, Survey
from surveys.services.discards import discard_questions
from vocplatform.lib.adminpages import Page

UNHAPPY = {"nps": "6", "csat": "3", "ces": "3", "rating": "3"}  # what "at most" usually means in a condition


@admin.register(Survey)
class SurveyAdmin(PublishingPages, LanguagePages, PathPages, PowerPage, DiscardPages, Autosave, LivePreview, Page):
    form = SurveyForm
    inlines = [QuestionInline]
    change_form_template = "admin/surveys/survey/change_form.html"
    list_display = ["name", "shown_status", "shown_questions", "shown_answers", "purpose", "locale", "updated_at"]
    list_filter = ["purpose", "locale"]
    search_fields = ["name", "title", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    actions_list = ["from_template", "discarded"]
    fieldsets = [
        (None, {"fields": ["name", "title", "introduction"]}),
        (_("After the last question"), {"fields": ["thanks_title", "thanks_text", "privacy_notice"]}),
        (
            _("Settings"),
            {
                "fields": [
                    "purpose",
                    "legal_basis",
                    "locale",
                    "accent_colour",
                    "is_anonymous",
                    "link_valid_days",
                    "edit_window_hours",
                    "rotation_percent",
                    "slug",
                ]
            },
        ),
    ]

    class Media:
        js = ["voc/admin/rows.js", "voc/admin/conditions.js", "voc/admin/live.js", "voc/admin/autosave.js"]

    @action(description=_("New from a template"), icon="auto_awesome", url_path="templates", permissions=["add"])
    def from_template(self, request: HttpRequest) -> HttpResponse:
        return self.templates_page(request)

    @action(description=_("Deleted"), icon="restore_from_trash", url_path="deleted", permissions=["change"])
    def discarded(self, request: HttpRequest) -> HttpResponse:
        return self.discarded_page(request)

    def get_urls(self) -> list[URLPattern]:
        own = [
            *self.publishing_urls(),
            *self.language_urls(),
            *self.path_urls(),
            *self.power_urls(),
            *self.discard_urls(),
            *self.autosave_urls(),
            *self.live_urls(),
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest):
        answered = Q(responses__submitted_at__isnull=False, responses__is_test=False)
        drafts = super().get_queryset(request).with_draft().select_related("live_version")
        return drafts.annotate(answers=Count("responses", filter=answered))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Survey | None:
        """One survey needs no count of its answers."""
        survey = Survey.objects.with_draft().select_related("live_version").filter(pk=object_id)
        return survey.first() if object_id.isdecimal() else None

    def get_prepopulated_fields(self, request: HttpRequest, obj: Survey | None = None) -> dict:
        return {} if obj else self.prepopulated_fields

    def get_form(self, request: HttpRequest, obj: Survey | None = None, **kwargs) -> type[SurveyForm]:
        return type("RequestSurveyForm", (super().get_form(request, obj, **kwargs),), {"request": request})

    def get_formset_kwargs(self, request: HttpRequest, obj: Survey, inline, prefix: str) -> dict[str, Any]:
        """One form for all: a copy of what was posted per question grows with the square of a survey."""
        kwargs = {"instance": obj, "prefix": prefix, "queryset": inline.get_queryset(request)}
        return kwargs | {"data": request.POST, "files": request.FILES} if request.method == "POST" else kwargs

    def save_formset(self, request, form, formset, change) -> None:
        if formset.model is not Question:
            super().save_formset(request, form, formset, change)
            return
        draft = read_draft(form.instance, formset)
        untie_rows(draft)
        going = [each.instance.pk for each in formset.deleted_forms if each.instance.pk]
        if going:
            discard_questions(form.instance.pk, going, actor=request.user, now=timezone.now())
        super().save_formset(request, form, formset, change)
        settle_rows(draft)

    def render_change_form(self, request, context: dict[str, Any], *args, obj: Survey | None = None, **kwargs):
        context |= {
            "is_fullwidth": "1",
            "kinds": _kinds(),
            "operators": dict(Question.Operator.choices),
            "conflict": getattr(context["adminform"].form, "conflict", None),
            "live_url": reverse("admin:surveys_survey_live", args=[obj.pk if obj else 0]),
            "autosave_url": reverse("admin:surveys_survey_autosave", args=[obj.pk]) if obj else "",
            "may_publish": request.user.has_perm("surveys.publish_survey"),
        }
        if obj:
            saved = Survey.objects.with_draft().select_related("live_version").get(pk=obj.pk)
            context |= {"draft_seen": remember_draft(saved), "standing": standing_of(saved)}
        response = super().render_change_form(request, context, *args, obj=obj, **kwargs)
        if context["conflict"]:
            response.status_code = 409
        return response

    def response_change(self, request: HttpRequest, obj: Survey) -> HttpResponse:
        return self.after_saving(request, obj) or super().response_change(request, obj)

    def response_add(self, request: HttpRequest, obj: Survey, post_url_continue: str | None = None) -> HttpResponse:
        return self.after_saving(request, obj) or super().response_add(request, obj, post_url_continue)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """What was published stays: invitations and answers rest on it."""
        is_published = obj is not None and obj.live_version_id is not None
        return super().has_delete_permission(request, obj) and not is_published

    @display(
        description=_("status"),
        label={"live": "success", "changed": "info", "closed": "warning", "draft": ""},
    )
    def shown_status(self, survey: Survey) -> tuple[str, str]:
        standing = standing_of(survey)
        return standing.code, standing.words

    @display(description=_("questions"))
    def shown_questions(self, survey: Survey) -> int:
        return len(survey.questions.all())

    @display(description=_("answers"), ordering="answers")
    def shown_answers(self, survey: Survey) -> int:
        return survey.answers


def _kinds() -> dict[str, dict[str, Any]]:
    """What the page needs to know about kinds while somebody types."""
    return {
        kind.name: {
            "label": str(Question.Kind(kind.name).label),
            "is_scale": kind.is_scale,
            "minimum": kind.minimum,
            "maximum": kind.maximum,
            "unhappy": UNHAPPY.get(kind.name, ""),
            "low": str(kind.low_label),
            "high": str(kind.high_label),
            "needs_choices": kind.needs_choices,
            "choices": [[key, str(text)] for key, text in kind.choices],
        }
        for kind in KINDS.values()
    }
