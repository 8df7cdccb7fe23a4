from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from unfold.admin import TabularInline
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from surveys.library.journeys import JOURNEYS
from surveys.library.packs import PACKS
from surveys.library.shelf import NoSuchTemplate
from surveys.models import Journey, Stage, Touchpoint, TriggerRule
from surveys.services import journeys as services
from vocplatform.lib.adminpages import SHORT_TEXTS, Page, note_in_history, table


class StageInline(TabularInline):
    model = Stage
    formfield_overrides = SHORT_TEXTS
    fields = ["name", "slug", "description", "position"]
    prepopulated_fields = {"slug": ["name"]}
    extra = 0
    ordering_field = "position"
    hide_ordering_field = True
    hide_title = True


@admin.register(Journey)
class JourneyAdmin(Page):
    list_display = ["name", "state", "shown_stages", "shown_touchpoints", "shown_measured", "updated_at"]
    list_filter = ["state"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "description", "state", "follows"]
    inlines = [StageInline]
    actions_list = ["from_template"]
    change_form_outer_after_template = "admin/surveys/journey/map.html"

    @action(description=_("New from a template"), icon="auto_awesome", url_path="templates", permissions=["add"])
    def from_template(self, request: HttpRequest) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("New journey"),
            "plans": JOURNEYS,
            "packs": PACKS,
        }
        return TemplateResponse(request, "admin/surveys/journey/templates.html", context)

    def get_urls(self) -> list[URLPattern]:
        pages = [
            ("from-template/", self.begin, "begin"),
            ("<int:object_id>/pack/", self.add_pack, "pack"),
            ("<int:object_id>/future/", self.copy_as_future, "future"),
        ]
        own = [
            path(route, self.admin_site.admin_view(require_POST(view)), name=f"surveys_journey_{name}")
            for route, view, name in pages
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest):
        measured = Q(stages__touchpoints__coverage=Touchpoint.Coverage.MEASURED)
        touchpoints = Count("stages__touchpoints", distinct=True)
        return (
            super()
            .get_queryset(request)
            .annotate(
                stage_count=Count("stages", distinct=True),
                touchpoint_count=touchpoints,
                measured_count=Count("stages__touchpoints", filter=measured, distinct=True),
            )
        )

    def render_change_form(self, request, context, *args, obj: Journey | None = None, **kwargs):
        if obj:
            touchpoints = Touchpoint.objects.select_related("owner_team")
            context["stages"] = obj.stages.prefetch_related(Prefetch("touchpoints", touchpoints))
            context["packs"] = PACKS
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def begin(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        try:
            journey = services.create_from_template(
                request.POST.get("template", ""), packs=request.POST.getlist("packs")
            )
        except NoSuchTemplate as problem:
            raise Http404 from problem
        note_in_history(request, journey, str(_("Begun from a template.")))
        return redirect("admin:surveys_journey_change", journey.pk)

    def add_pack(self, request: HttpRequest, object_id: int) -> HttpResponse:
        journey = self._journey(request, object_id)
        try:
            added = services.add_pack(journey.pk, request.POST.get("pack", ""))
        except NoSuchTemplate as problem:
            raise Http404 from problem
        words = ngettext("%s touchpoint was added.", "%s touchpoints were added.", len(added)) % len(added)
        note_in_history(request, journey, words)
        messages.success(request, words)
        return redirect("admin:surveys_journey_change", journey.pk)

    def copy_as_future(self, request: HttpRequest, object_id: int) -> HttpResponse:
        journey = self._journey(request, object_id)
        future = services.copy_as_future(journey.pk)
        note_in_history(request, future, str(_("Copied from “%s”.") % journey))
        messages.success(request, _("This is the journey as it should be. Change it freely."))
        return redirect("admin:surveys_journey_change", future.pk)

    def _journey(self, request: HttpRequest, object_id: int) -> Journey:
        journey = get_object_or_404(Journey, pk=object_id)
        if not (self.has_change_permission(request, journey) and request.user.has_perm("surveys.add_touchpoint")):
            raise PermissionDenied
        return journey

    @display(description=_("stages"), ordering="stage_count")
    def shown_stages(self, journey: Journey) -> int:
        return journey.stage_count

    @display(description=_("touchpoints"), ordering="touchpoint_count")
    def shown_touchpoints(self, journey: Journey) -> int:
        return journey.touchpoint_count

    @display(description=_("measured"))
    def shown_measured(self, journey: Journey) -> str:
        if not journey.touchpoint_count:
            return "–"
        share = round(100 * journey.measured_count / journey.touchpoint_count)
        return f"{journey.measured_count}/{journey.touchpoint_count} ({share} %)"


class TouchpointForm(forms.ModelForm):
    event_fields = forms.CharField(
        label=_("Event attributes that are kept"),
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_(
            "Names, with commas between them: carrier, shop. All others are thrown away when an event comes in. "
            "Empty: all are kept, but e-mail addresses and card numbers in them are struck out."
        ),
    )

    class Meta:
        model = Touchpoint
        fields = ["event_fields"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "event_fields" in self.fields:
            self.initial["event_fields"] = ", ".join(self.initial.get("event_fields") or [])

    def clean_event_fields(self) -> list[str]:
        names = (name.strip() for name in self.cleaned_data["event_fields"].split(","))
        return list(dict.fromkeys(name for name in names if name))


@admin.register(Touchpoint)
class TouchpointAdmin(Page):
    form = TouchpointForm
    list_display = ["name", "shown_journey", "stage", "channel", "owner_team", "is_moment_of_truth", "coverage"]
    list_filter = ["stage__journey", "channel", "is_moment_of_truth", "coverage", "owner_team"]
    list_select_related = ["stage__journey", "owner_team"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["shown_rules"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "event_name", "stage", "channel", "owner_team", "coverage"]}),
        (_("How much it counts"), {"fields": ["is_moment_of_truth", "weight"]}),
        (_("What the customer needs"), {"fields": ["functional_need", "emotional_need"]}),
        (
            _("Blueprint: what happens before and behind the curtain"),
            {"fields": ["front_stage", "back_stage", "systems", "replaces"], "classes": ["collapse"]},
        ),
        (_("What events may tell"), {"fields": ["event_fields"]}),
        (_("Who is asked here"), {"fields": ["shown_rules"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Touchpoint | None = None) -> list[str]:
        """The short name stands in the senders' code once an event has named it."""
        fixed = ["slug"] if obj and obj.events.exists() else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Touchpoint | None = None) -> dict:
        return {} if obj else self.prepopulated_fields

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "stage":
            field.queryset = Stage.objects.select_related("journey").order_by("journey__name", "position")
            field.label_from_instance = lambda stage: f"{stage.journey} › {stage}"
        return field

    @display(description=_("journey"), ordering="stage__journey__name")
    def shown_journey(self, touchpoint: Touchpoint) -> str:
        return str(touchpoint.stage.journey)

    @display(description=_("rules"))
    def shown_rules(self, touchpoint: Touchpoint) -> str:
        rules = TriggerRule.objects.filter(touchpoint=touchpoint).select_related("survey")
        rows = [(_link(rule), rule.survey, rule.get_channel_display(), _state(rule)) for rule in rules]
        if rows:
            return table([_("rule"), _("survey"), _("channel"), ""], rows)
        if not touchpoint.pk:
            return _("No rule asks here yet.")
        address = f"{reverse('admin:surveys_triggerrule_add')}?touchpoint={touchpoint.pk}"
        return format_html('{} <a href="{}">{}</a>', _("No rule asks here yet."), address, _("Add one"))


def _link(rule: TriggerRule) -> str:
    return format_html('<a href="{}">{}</a>', reverse("admin:surveys_triggerrule_change", args=[rule.pk]), rule.name)


def _state(rule: TriggerRule) -> str:
    return _("active") if rule.is_active else _("off")
