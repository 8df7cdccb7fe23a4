from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from feedback.models import Answer, Correction, Reading, Response, SetAsideAnswer
from vocplatform.lib.adminpages import ReadOnlyPage


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
    list_filter = ["survey", "touchpoint", "channel", "source_type", "is_flagged", "is_test"]
    list_select_related = ["survey", "touchpoint", "customer"]
    search_fields = ["customer__external_id", "customer__name", "external_ref"]
    date_hierarchy = "submitted_at"
    inlines = [AnswerInline, SetAsideInline]
    readonly_fields = ["shown_link"]
    fieldsets = [
        (None, {"fields": ["shown_link", "survey", "version", "touchpoint", "customer", "invitation", "link"]}),
        (_("How it came"), {"fields": ["source_type", "external_ref", "channel", "locale", "started_at"]}),
        (_("When"), {"fields": ["submitted_at", "edited_at", "seconds_taken", "scored_at", "triaged_at"]}),
        (_("Standing"), {"fields": ["is_test", "is_flagged", "flags"]}),
    ]

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
