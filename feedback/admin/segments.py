from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from feedback.analytics.segment_lines import condition_words
from feedback.models import ChurnDefinition, Segment, SegmentCondition
from feedback.models.churn import ONLY_ROW
from feedback.services.segments import MEASURED, mark_segment
from surveys.models import Customer, Touchpoint
from vocplatform.lib.adminpages import Page

COLUMNS = ("annual_value", "locale", "time_zone", "preferred_channel", "account_owner", "known_days")
SAMPLED_ROWS = 200
Subject = SegmentCondition.Subject
FACTS = [
    (", ".join(COLUMNS), _("customer: the platform's own columns, besides every attribute that was sent")),
    ("recency, frequency, monetary", _("measured: fifths from 1 to 5; 5 came lately, comes often, is worth most")),
    ("rfm", _("measured: the three in one word, such as 555")),
    ("health, last_score", _("measured: from 0 to 100")),
    ("risk", _("measured: from 0 to 1, known only while the model beats the base rate")),
    ("silent_days, usual_gap_days, tenure_days, events_year, answers_year, signs_count", _("measured: numbers")),
    ("has_left", _("measured: yes or no")),
    (_("short name of a touchpoint"), _("number of events at: how often, within so many days; empty is anywhere")),
]


class SegmentConditionForm(forms.ModelForm):
    class Meta:
        model = SegmentCondition
        fields = ["subject", "field", "operator", "value", "within_days"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "field" in self.fields:
            self.fields["field"].required = False
            self.fields["field"].widget.attrs |= {"list": "known-facts", "autocomplete": "off"}

    def clean(self) -> dict:
        data = super().clean()
        subject, field = data.get("subject"), data.get("field", "")
        needs_value = data.get("operator") not in (SegmentCondition.Operator.PRESENT, SegmentCondition.Operator.ABSENT)
        if needs_value and not data.get("value"):
            self.add_error("value", _("Say what to compare with."))
        if subject == Subject.EVENTS:
            if field and not Touchpoint.objects.filter(slug=field).exists():
                self.add_error("field", _("There is no touchpoint with this short name."))
        elif not field:
            self.add_error("field", _("Say which field."))
        elif subject == Subject.MEASURED and field not in (*MEASURED, "rfm", "tenure_days", "has_left"):
            self.add_error("field", _("Nothing of this name is measured."))
        return data if needs_value else data | {"value": ""}


class SegmentConditionInline(TabularInline):
    model = SegmentCondition
    form = SegmentConditionForm
    extra = 0
    hide_title = True
    verbose_name_plural = _("Who belongs: all of this holds (what is not known does not hold)")


@admin.register(Segment)
class SegmentAdmin(Page):
    """Customers who have something in common; every list and figure can be narrowed to them."""

    list_display = ["name", "is_persona", "shown_when", "members_count", "counted_at", "is_active"]
    list_filter = ["is_active", "is_persona"]
    search_fields = ["name", "description"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [SegmentConditionInline]
    change_form_outer_after_template = "admin/loop/triagerule/facts.html"
    fieldsets = [
        (None, {"fields": ["name", "slug", "is_active", "description"]}),
        (_("As a persona"), {"fields": ["is_persona", "functional_needs", "emotional_needs"]}),
    ]

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("conditions")

    def render_change_form(self, request, context, *args, **kwargs):
        context |= {"facts": FACTS, "known_facts": _known_names()}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        mark_segment(form.instance.pk)

    @display(description=_("who belongs"))
    def shown_when(self, segment: Segment) -> str:
        said = [condition_words(condition) for condition in segment.conditions.all()]
        return str(_(" and ")).join(said) or _("nobody: it has no condition")


def _known_names() -> list[str]:
    recent = Customer.objects.present().order_by("-pk").values_list("attributes", flat=True)[:SAMPLED_ROWS]
    attributes = {name for known in recent for name in known}
    places = Touchpoint.objects.values_list("slug", flat=True)
    return [*sorted(attributes), *COLUMNS, *MEASURED, "rfm", "tenure_days", "has_left", *places]


class ChurnDefinitionForm(forms.ModelForm):
    def clean(self) -> dict:
        data = super().clean()
        if data.get("kind") == ChurnDefinition.Kind.EVENT and not data.get("touchpoint"):
            self.add_error("touchpoint", _("Name the touchpoint whose event says that a customer has left."))
        return data


@admin.register(ChurnDefinition)
class ChurnDefinitionAdmin(Page):
    """What leaving means here, and how many customers staff can look after."""

    form = ChurnDefinitionForm
    list_display = ["__str__", "capacity", "health_target", "updated_at"]
    fieldsets = [
        (None, {"fields": ["kind", "silence_days", "touchpoint", "horizon_days"]}),
        (_("What staff can do"), {"fields": ["capacity", "health_target"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not ChurnDefinition.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ChurnDefinition, form, change: bool) -> None:
        obj.pk = ONLY_ROW
        super().save_model(request, obj, form, change)
        messages.info(request, _("Customers are counted by this from tonight on."))
