"""Why was she (not) asked? Every considered event and rule, with each check in words."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import display

from surveys.admin.customers import decision_table
from surveys.models import Decision, RejectedEvent, TouchpointEvent
from surveys.services.events import replay_event
from surveys.triggers.reasons import REASONS
from vocplatform.lib.adminpages import ReadOnlyPage, note_in_history, table


class ReasonFilter(admin.SimpleListFilter):
    title = _("reason")
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple]:
        return list(REASONS.items())

    def queryset(self, request: HttpRequest, queryset):
        return queryset.filter(reason=self.value()) if self.value() else queryset


@admin.register(Decision)
class DecisionAdmin(ReadOnlyPage):
    list_display = ["decided_at", "shown_customer", "shown_touchpoint", "rule", "shown_outcome", "sentence"]
    list_filter = ["outcome", ReasonFilter, "rule", "event__touchpoint"]
    list_select_related = ["rule", "event__touchpoint", "event__customer"]
    search_fields = ["event__customer__external_id", "event__customer__name", "event__event_id"]
    fieldsets = [
        (None, {"fields": ["shown_answer", "decided_at", "rule"]}),
        (_("Every check, in order"), {"fields": ["shown_trace"]}),
        (_("What happened"), {"fields": ["shown_event", "shown_customer", "shown_touchpoint", "shown_facts"]}),
    ]
    readonly_fields = [
        "shown_answer",
        "shown_trace",
        "shown_event",
        "shown_customer",
        "shown_touchpoint",
        "shown_facts",
    ]

    @display(description=_("outcome"), label={"ask": "success", "skip": ""})
    def shown_outcome(self, decision: Decision) -> tuple[str, str]:
        return decision.outcome, decision.get_outcome_display()

    @display(description=_("answer"))
    def shown_answer(self, decision: Decision) -> str:
        css = "voc-good" if decision.outcome == Decision.Outcome.ASK else "voc-warn"
        chip = '<strong class="voc-chip {}">{}</strong> {}'
        return format_html(chip, css, decision.get_outcome_display(), decision.sentence)

    @display(description=_("checks"))
    def shown_trace(self, decision: Decision) -> str:
        return table(["", _("finding")], [(_mark(line.get("passed")), line.get("text")) for line in decision.trace])

    @display(description=_("event"))
    def shown_event(self, decision: Decision) -> str:
        return _link("admin:surveys_touchpointevent_change", decision.event_id, decision.event.event_id)

    @display(description=_("customer"))
    def shown_customer(self, decision: Decision) -> str:
        customer = decision.event.customer
        return _link("admin:surveys_customer_change", customer.pk, str(customer)) if customer else "–"

    @display(description=_("touchpoint"), ordering="event__touchpoint__name")
    def shown_touchpoint(self, decision: Decision) -> str:
        return str(decision.event.touchpoint)

    @display(description=_("attributes of the event"))
    def shown_facts(self, decision: Decision) -> str:
        return attribute_table(decision.event.attributes)


@admin.register(TouchpointEvent)
class TouchpointEventAdmin(ReadOnlyPage):
    list_display = ["occurred_at", "touchpoint", "customer", "source", "event_id", "shown_state"]
    list_filter = ["touchpoint", "source", ("parked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["touchpoint", "customer", "source"]
    search_fields = ["event_id", "customer__external_id", "customer__name"]
    date_hierarchy = "occurred_at"
    change_form_outer_after_template = "admin/surveys/touchpointevent/after.html"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "touchpoint",
                    "customer",
                    "occurred_at",
                    "received_at",
                    "source",
                    "event_id",
                    "called_by",
                    "due_on",
                ]
            },
        ),
        (_("Why was she (not) asked?"), {"fields": ["shown_state", "shown_decisions"]}),
        (_("Attributes"), {"fields": ["shown_attributes"]}),
    ]
    readonly_fields = ["shown_state", "shown_decisions", "shown_attributes"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.replay))
        return [path("<int:object_id>/replay/", view, name="surveys_touchpointevent_replay"), *super().get_urls()]

    def replay(self, request: HttpRequest, object_id: int) -> HttpResponse:
        event = get_object_or_404(TouchpointEvent, pk=object_id)
        if not request.user.has_perm("surveys.change_touchpointevent"):
            raise PermissionDenied
        if replay_event(event.pk):
            note_in_history(request, event, str(_("Put back into the line.")))
            messages.success(request, _("The event is tried again."))
        return redirect("admin:surveys_touchpointevent_change", event.pk)

    @display(description=_("state"))
    def shown_state(self, event: TouchpointEvent) -> str:
        if event.parked_at:
            return _("set aside after %(attempts)s attempts: %(error)s") % {
                "attempts": event.attempts,
                "error": event.last_error or "?",
            }
        return _("decided") if event.handled_at else _("waiting for a decision")

    @display(description=_("decisions"))
    def shown_decisions(self, event: TouchpointEvent) -> str:
        decisions = event.decisions.select_related("rule", "event__touchpoint")
        return decision_table(decisions) or _("No rule was active at this touchpoint.")

    @display(description=_("attributes"))
    def shown_attributes(self, event: TouchpointEvent) -> str:
        return attribute_table(event.attributes)


@admin.register(RejectedEvent)
class RejectedEventAdmin(ReadOnlyPage):
    list_display = ["received_at", "source", "code", "reason", "event_id"]
    list_filter = ["code", "source"]
    list_select_related = ["source"]
    search_fields = ["event_id", "reason"]


def attribute_table(attributes: dict) -> str:
    return table([_("name"), _("value")], sorted(attributes.items())) if attributes else "–"


def _mark(passed: bool | None) -> str:
    if passed:
        return format_html('<span class="voc-chip voc-good">{}</span>', _("passed"))
    return format_html('<span class="voc-chip voc-bad">{}</span>', _("stopped"))


def _link(name: str, pk: int, words: str) -> str:
    return format_html('<a href="{}">{}</a>', reverse(name, args=[pk]), words)
