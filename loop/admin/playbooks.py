from django import forms
from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline, TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from loop.models import Arm, AuthorityLimit, Deed, Placement, Playbook, PlaybookStep, Severity
from vocplatform.lib.adminpages import SHORT_TEXTS, Page, ReadOnlyPage

STATUS_COLOURS = {"draft": "", "running": "success", "stopped": "info"}


def is_fixed(playbook: Playbook | None) -> bool:
    """Once started, what decides the draw or the readout stays as it is."""
    return playbook is not None and playbook.status != Playbook.Status.DRAFT


class FixedOnceStarted:
    """Rows of a playbook, editable while it is a draft."""

    def has_add_permission(self, request: HttpRequest, obj: Playbook | None = None) -> bool:
        return not is_fixed(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Playbook | None = None) -> bool:
        return not is_fixed(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Playbook | None = None) -> bool:
        return not is_fixed(obj) and super().has_delete_permission(request, obj)


class StepInline(FixedOnceStarted, TabularInline):
    model = PlaybookStep
    extra = 0
    hide_title = True
    fields = ["text", "position"]
    ordering_field = "position"
    hide_ordering_field = True
    verbose_name_plural = _("Steps in every case, whatever is drawn")


class ArmInline(FixedOnceStarted, StackedInline):
    model = Arm
    extra = 0
    formfield_overrides = SHORT_TEXTS
    fields = [("name", "kind"), "text", ("reply", "max_amount"), ("is_comparison", "is_owed")]
    verbose_name_plural = _("Arms: the permitted ways, between which chance decides")


class PlaybookForm(forms.ModelForm):
    severities = forms.MultipleChoiceField(
        label=_("Only these severities"),
        choices=Severity.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = Playbook
        fields = [
            "name",
            "purpose",
            "position",
            "severities",
            "causes",
            "touchpoints",
            "high_value_from",
            "usual_percent",
            "difference_points",
            "outcome_days",
            "score_kind",
        ]


@admin.register(Playbook)
class PlaybookAdmin(Page):
    """Conditions, steps and arms. It is started, stopped and read on its own page."""

    form = PlaybookForm
    inlines = [ArmInline, StepInline]
    list_display = ["name", "shown_status", "shown_arms", "shown_drawn", "started_at", "stopped_at"]
    list_filter = ["status"]
    search_fields = ["name", "purpose"]
    autocomplete_fields = ["causes", "touchpoints"]
    ordering_field = "position"
    hide_ordering_field = True
    fieldsets = [
        (None, {"fields": ["shown_page", "name", "purpose", "position"]}),
        (_("For which cases"), {"fields": ["severities", "causes", "touchpoints"]}),
        (
            _("How it is read"),
            {"fields": ["high_value_from", ("usual_percent", "difference_points"), ("outcome_days", "score_kind")]},
        ),
    ]

    def get_queryset(self, request: HttpRequest):
        rows = super().get_queryset(request)
        drawn = Count("placements", filter=Q(placements__arm__isnull=False), distinct=True)
        return rows.annotate(arm_count=Count("arms", distinct=True), drawn_count=drawn)

    def get_readonly_fields(self, request: HttpRequest, obj: Playbook | None = None) -> list[str]:
        return ["shown_page"]

    def has_change_permission(self, request: HttpRequest, obj: Playbook | None = None) -> bool:
        return not is_fixed(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Playbook | None = None) -> bool:
        return not is_fixed(obj) and super().has_delete_permission(request, obj)

    @display(description=_("page"))
    def shown_page(self, playbook: Playbook) -> str:
        if playbook.pk is None:
            return _("Save first; then it can be started on its page.")
        words = _("Start, stop and read it on its page")
        return format_html('<a href="{}">{}</a>', reverse("loop:playbook", args=[playbook.pk]), words)

    @display(description=_("status"), label=STATUS_COLOURS, ordering="status")
    def shown_status(self, playbook: Playbook) -> tuple[str, str]:
        return playbook.status, playbook.get_status_display()

    @display(description=_("arms"))
    def shown_arms(self, playbook: Playbook) -> int:
        return playbook.arm_count

    @display(description=_("cases drawn"))
    def shown_drawn(self, playbook: Playbook) -> int:
        return playbook.drawn_count


@admin.register(AuthorityLimit)
class AuthorityLimitAdmin(Page):
    list_display = ["role", "amount"]
    list_select_related = ["role"]


@admin.register(Placement)
class PlacementAdmin(ReadOnlyPage):
    """Every draw with its reason; the words of a case stay in the workspace."""

    list_display = ["placed_at", "playbook", "case", "arm", "given_arm", "opted_out_at"]
    list_filter = ["playbook"]
    list_select_related = ["playbook", "case", "arm", "given_arm"]
    search_fields = ["case__code"]
    fields = [
        "playbook",
        "case",
        "arm",
        "reason",
        "placed_at",
        "given_arm",
        "override_reason",
        "overridden_at",
        "opt_out_reason",
        "opted_out_at",
    ]


@admin.register(Deed)
class DeedAdmin(ReadOnlyPage):
    """The ledger: what was done, by whom, how long it took and what it cost."""

    list_display = ["at", "case", "kind", "arm", "actor", "reached", "minutes", "cost"]
    list_filter = ["kind", "arm__playbook"]
    list_select_related = ["case", "arm", "actor"]
    search_fields = ["case__code"]
    date_hierarchy = "at"
