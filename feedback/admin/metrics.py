from django import forms
from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from feedback.metrics.figure import Unit
from feedback.models import Benchmark, FactRule, LoggedChange, MetricDefinition
from feedback.models.fact import NUMBER_KINDS, YES_NO_KINDS
from feedback.services.facts import reread_rule
from vocplatform.lib.adminpages import Page

MEANING = {"touchpoint", "kind", "value_property", "when_property", "when_value", "run_property"}


class DefinitionForm(forms.ModelForm):
    """Says in words what the constraints of the row would refuse."""

    def clean(self) -> dict:
        cleaned = super().clean()
        target, act_at, is_up = cleaned.get("target"), cleaned.get("act_at"), cleaned.get("direction") == "up"
        if target is not None and act_at is not None and (act_at > target if is_up else act_at < target):
            self.add_error("act_at", _("This lies on the good side of the target."))
        low, high = cleaned.get("benchmark_low"), cleaned.get("benchmark_high")
        if low is not None and high is not None and low > high:
            self.add_error("benchmark_high", _("The end lies below the beginning."))
        return cleaned


class BenchmarkForm(forms.ModelForm):
    source_url = forms.URLField(
        label=_("address of the source"), required=False, assume_scheme="https", widget=UnfoldAdminTextInputWidget
    )

    class Meta:
        model = Benchmark
        fields = ["metric", "value", "n", "standard_deviation", "source", "source_url", "published_on"]


class BenchmarkInline(TabularInline):
    model = Benchmark
    form = BenchmarkForm
    extra = 0
    hide_title = True
    fields = ["value", "n", "standard_deviation", "source", "source_url", "published_on"]


@admin.register(MetricDefinition)
class MetricDefinitionAdmin(Page):
    form = DefinitionForm
    inlines = [BenchmarkInline]
    list_display = ["name", "key", "shown_target", "shown_act", "cadence", "minimum_n", "is_active"]
    list_editable = ["is_active"]
    readonly_fields = ["key", "unit", "formula", "formula_version"]
    fieldsets = [
        (None, {"fields": ["name", "key", "purpose", "formula", "formula_version", "unit", "direction"]}),
        (_("Lines"), {"fields": ["target", "watch_at", "act_at", ("benchmark_low", "benchmark_high")]}),
        (_("When it speaks"), {"fields": ["cadence", "minimum_n", "window_days", "watches_touchpoints"]}),
        (_("In the list"), {"fields": ["assumption", "is_active", "position"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a metric is a formula, and formulas are code

    def has_delete_permission(self, request: HttpRequest, obj: MetricDefinition | None = None) -> bool:
        return False

    @display(description=_("target"), ordering="target")
    def shown_target(self, definition: MetricDefinition) -> str:
        return Unit(definition.unit).text(definition.target)

    @display(description=_("act past"), ordering="act_at")
    def shown_act(self, definition: MetricDefinition) -> str:
        return Unit(definition.unit).text(definition.act_at)


@admin.register(Benchmark)
class BenchmarkAdmin(Page):
    form = BenchmarkForm
    list_display = ["metric", "value", "n", "source", "published_on"]
    list_filter = ["metric"]
    list_select_related = ["metric"]
    search_fields = ["source"]


@admin.register(LoggedChange)
class LoggedChangeAdmin(Page):
    list_display = ["on", "until_on", "kind", "text", "touchpoint", "added_by"]
    list_filter = ["kind", "touchpoint"]
    list_select_related = ["touchpoint", "added_by"]
    search_fields = ["text"]
    date_hierarchy = "on"
    fields = ["kind", "on", "until_on", "text", "touchpoint"]

    def save_model(self, request: HttpRequest, obj: LoggedChange, form, change: bool) -> None:
        if not change:
            obj.added_by = request.user
        super().save_model(request, obj, form, change)


class FactRuleForm(forms.ModelForm):
    class Meta:
        model = FactRule
        fields = ["touchpoint", "kind", "value_property", "when_property", "when_value", "run_property", "is_active"]

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("kind") in (*NUMBER_KINDS, *YES_NO_KINDS) and not cleaned.get("value_property"):
            self.add_error("value_property", _("Say which property of the event carries the value."))
        if cleaned.get("when_value") and not cleaned.get("when_property"):
            self.add_error("when_property", _("Say which property must have this value."))
        return cleaned


@admin.register(FactRule)
class FactRuleAdmin(Page):
    form = FactRuleForm
    list_display = ["touchpoint", "kind", "value_property", "shown_condition", "shown_facts", "unreadable", "is_active"]
    list_filter = ["kind", "touchpoint", "is_active"]
    list_select_related = ["touchpoint"]

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).annotate(facts_count=Count("facts"))

    @display(description=_("only where"))
    def shown_condition(self, rule: FactRule) -> str:
        return f"{rule.when_property} = {rule.when_value}" if rule.when_property else "–"

    @display(description=_("facts"))
    def shown_facts(self, rule: FactRule) -> int:
        return rule.facts_count

    def save_model(self, request: HttpRequest, obj: FactRule, form, change: bool) -> None:
        """A rule that means something else reads its events anew."""
        super().save_model(request, obj, form, change)
        if change and MEANING.intersection(form.changed_data):
            reread_rule(obj.pk)
