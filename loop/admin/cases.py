from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from loop.models import Case, Recovery
from vocplatform.lib.adminpages import ReadOnlyPage

STATUS_COLOURS = {
    "new": "info",
    "reopened": "warning",
    "resolved": "success",
    "confirmed": "success",
    "unreachable": "",
    "declined": "",
    "duplicate": "",
}
SEVERITY_COLOURS = {"critical": "danger", "high": "warning", "normal": "", "low": ""}


@admin.register(Case)
class CaseAdmin(ReadOnlyPage):
    """To look something up; cases are worked in the workspace."""

    list_display = ["code", "shown_severity", "shown_status", "customer", "touchpoint", "team", "owner", "opened_at"]
    list_filter = ["status", "severity", "team", "touchpoint", "rule"]
    list_select_related = ["customer", "touchpoint", "team", "owner"]
    search_fields = ["code", "customer__external_id", "customer__name"]
    date_hierarchy = "opened_at"
    readonly_fields = ["shown_link"]
    fieldsets = [
        (None, {"fields": ["shown_link", "summary", "status", "severity", "team", "owner"]}),
        (_("Where it comes from"), {"fields": ["response", "customer", "touchpoint", "rule", "sla_policy"]}),
        (
            _("Clocks"),
            {
                "fields": [
                    "opened_at",
                    ("acknowledge_due_at", "acknowledged_at"),
                    ("contact_due_at", "contacted_at"),
                    ("resolve_due_at", "resolved_at"),
                    ("confirm_due_at", "confirmed_at"),
                ]
            },
        ),
        (_("How it ended"), {"fields": ["cause", "action", "outcome", "outcome_note", "duplicate_of"]}),
    ]

    def get_queryset(self, request: HttpRequest):
        """The workspace shows agents the cases of their teams, and so does this list."""
        return super().get_queryset(request).visible_to(request.user)

    @display(description=_("in the workspace"))
    def shown_link(self, case: Case) -> str:
        return format_html('<a href="{}">{}</a>', reverse("loop:case", args=[case.code]), _("Work this case"))

    @display(description=_("severity"), label=SEVERITY_COLOURS, ordering="severity")
    def shown_severity(self, case: Case) -> tuple[str, str]:
        return case.severity, case.get_severity_display()

    @display(description=_("status"), label=STATUS_COLOURS, ordering="status")
    def shown_status(self, case: Case) -> tuple[str, str]:
        return case.status, case.get_status_display()


@admin.register(Recovery)
class RecoveryAdmin(ReadOnlyPage):
    list_display = ["case", "asked_at", "answered_at", "solved", "metric", "first_number", "later_number"]
    list_filter = ["solved", "metric"]
    list_select_related = ["case"]
    search_fields = ["case__code"]
