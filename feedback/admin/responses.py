from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.admin import TabularInline
from unfold.decorators import display

from feedback.models import Answer, Correction, Reading, Response, SetAsideAnswer
from feedback.services.setbacks import replay_response
from vocplatform.lib.adminpages import ReadOnlyPage, note_in_history


class FixedInline(TabularInline):
    """What customers said is read here, never written."""

    extra = 0
    can_delete = False
    hide_title = True

    def has_add_permission(self, request: HttpRequest, obj: Response | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Response | None = None) -> bool:
        return False


class AnswerInline(FixedInline):
    model = Answer
    fields = ["question_key", "kind", "shown_value"]
    readonly_fields = fields

    @display(description=_("answer"))
    def shown_value(self, answer: Answer) -> str:
        return "–" if answer.value is None else str(answer.value)


class SetAsideInline(FixedInline):
    model = SetAsideAnswer
    fields = ["question_key", "value", "reason", "created_at"]
    readonly_fields = fields


@admin.register(Response)
class ResponseAdmin(ReadOnlyPage):
    list_display = ["pk", "submitted_at", "survey", "touchpoint", "customer", "channel", "source_type", "is_flagged"]
    set_aside = ("parked_at", admin.EmptyFieldListFilter)
    list_filter = ["survey", "touchpoint", "channel", "source_type", "is_flagged", "is_test", set_aside]
    list_select_related = ["survey", "touchpoint", "customer"]
    search_fields = ["customer__external_id", "customer__name", "external_ref"]
    date_hierarchy = "submitted_at"
    inlines = [AnswerInline, SetAsideInline]
    readonly_fields = ["shown_link", "shown_state"]
    change_form_outer_after_template = "admin/feedback/response/after.html"
    fieldsets = [
        (None, {"fields": ["shown_link", "survey", "version", "touchpoint", "customer", "invitation", "link"]}),
        (_("How it came"), {"fields": ["source_type", "external_ref", "channel", "locale", "started_at"]}),
        (_("When"), {"fields": ["submitted_at", "edited_at", "seconds_taken", "scored_at", "triaged_at"]}),
        (_("Standing"), {"fields": ["shown_state", "is_test", "is_flagged", "flags"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.replay))
        return [path("<int:object_id>/replay/", view, name="feedback_response_replay"), *super().get_urls()]

    def replay(self, request: HttpRequest, object_id: int) -> HttpResponse:
        response = get_object_or_404(Response, pk=object_id)
        if not request.user.has_perm("feedback.change_response"):
            raise PermissionDenied
        if replay_response(response.pk):
            note_in_history(request, response, str(_("Put back into the line.")))
            messages.success(request, _("The response is tried again."))
        return redirect("admin:feedback_response_change", response.pk)

    @display(description=_("state"))
    def shown_state(self, response: Response) -> str:
        if response.parked_at:
            return _("set aside after %(attempts)s attempts: %(error)s") % {
                "attempts": response.attempts,
                "error": response.last_error or _("its worker ended without a word"),
            }
        if response.submitted_at is None:
            return _("not finished")
        if response.scored_at is None:
            return _("waiting to be scored")
        return _("looked at") if response.triaged_at else _("waiting for the case rules")

    @display(description=_("in the workspace"))
    def shown_link(self, response: Response) -> str:
        url = reverse("response", args=[response.pk])
        return format_html('<a href="{}">{}</a>', url, _("Read it beside its questions"))


@admin.register(Reading)
class ReadingAdmin(ReadOnlyPage):
    list_display = ["answer", "label", "compound", "language", "status", "reason", "engine", "engine_version"]
    list_filter = ["status", "label", "language", "engine", "engine_version", "is_current"]
    list_select_related = ["answer"]


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyPage):
    list_display = ["corrected_at", "answer", "label", "note", "corrected_by"]
    list_filter = ["label", "corrected_by"]
    list_select_related = ["answer", "corrected_by"]
