from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.admin import TabularInline
from unfold.decorators import action, display

from loop.models import Triage, TriageCondition, TriageRule
from loop.services.history import NotAllowed
from loop.services.late_openings import ask_late_opening, look_back
from loop.services.rehearsal import rehearse_rule
from vocplatform.lib.adminpages import Page, ReadOnlyPage, note_in_history, table

RUNS_SHOWN = 5
LOOK_AGAIN_SECONDS = 3

FACTS = [
    ("nps, csat, ces, rating", _("the lowest number given for that kind of score")),
    ("compound", _("how the worst comment sounds, from -1 (bad) to 1 (good)")),
    ("label", _("negative, mixed, neutral or positive")),
    ("intent", _("what the comment asks of us: response_needed, suggestion, praise or other")),
    ("conflict", _("comment_is_worse or comment_is_better, where score and comment disagree")),
    ("touchpoint, stage, survey, channel, language", _("short names")),
    ("moment_of_truth, has_comment, comment_not_scored, customer_known", _("yes or no")),
    ("customer.…", _("an attribute of the customer, for example customer.plan")),
    ("answer.…", _("the answer to one question by its key")),
]


KNOWN = [name.strip().rstrip("…") for names, _words in FACTS for name in names.split(",")]


class ConditionForm(forms.ModelForm):
    class Meta:
        model = TriageCondition
        fields = ["fact", "operator", "value"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "fact" in self.fields:
            self.fields["fact"].widget.attrs |= {"list": "known-facts", "autocomplete": "off"}


class ConditionInline(TabularInline):
    model = TriageCondition
    form = ConditionForm
    extra = 0
    hide_title = True
    verbose_name_plural = _("When all of this holds (what is not known does not hold)")


@admin.register(TriageRule)
class TriageRuleAdmin(Page):
    """The first rule that fits opens the case: the order of the list is the order of asking."""

    list_display = ["name", "shown_when", "severity", "team", "assignment", "shown_active", "position"]
    list_filter = ["is_active", "severity", "team", "survey", "touchpoint"]
    list_select_related = ["team"]
    search_fields = ["name"]
    inlines = [ConditionInline]
    ordering_field = "position"
    hide_ordering_field = True
    change_form_outer_after_template = "admin/loop/triagerule/facts.html"
    actions_detail = ["rehearse"]
    fieldsets = [
        (None, {"fields": ["name", "is_active", "position"]}),
        (_("Only here"), {"fields": ["survey", "touchpoint"]}),
        (_("Then"), {"fields": ["severity", "team", "assignment", "person", "field", "skill", "sla_policy"]}),
    ]

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("conditions")

    def render_change_form(self, request, context, *args, **kwargs):
        context |= {"facts": FACTS, "known_facts": KNOWN}
        return super().render_change_form(request, context, *args, **kwargs)

    @action(description=_("Try on the last 30 days"), url_path="rehearse", permissions=["view"])
    def rehearse(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Say what the rule as it was saved would have done, and what it would open now; nothing is opened."""
        rule, now = get_object_or_404(TriageRule, pk=object_id), timezone.now()
        runs = list(rule.late_openings.select_related("asked_by")[:RUNS_SHOWN])
        is_running = any(run.finished_at is None for run in runs)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Try on the last 30 days"),
            "rule": rule,
            "said": str(rehearse_rule(rule.pk, now=now)),
            "outlook": look_back(rule.pk, now=now) if rule.is_active and not is_running else None,
            "may_open": self.has_change_permission(request),
            "runs": runs,
        }
        response = TemplateResponse(request, "admin/loop/triagerule/rehearsal.html", context)
        if is_running:
            response.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
        return response

    def open_now(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask for exactly the cases that the page showed; they are opened in the background."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        rule = get_object_or_404(TriageRule, pk=object_id)
        try:
            if "sure" not in request.POST:
                raise NotAllowed(_("Tick that you want this, so that no case is opened by a slip."))
            run = ask_late_opening(rule.pk, seal=request.POST.get("seal", ""), actor=request.user, now=timezone.now())
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            note_in_history(request, rule, str(_("Looks back at %d answers.") % len(run.answers)))
            messages.success(request, _("The cases are being opened; this page shows how far it is."))
        return redirect("admin:loop_triagerule_rehearse", rule.pk)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.open_now))
        return [path("<int:object_id>/open-now/", view, name="loop_triagerule_open_now"), *super().get_urls()]

    @display(description=_("when"))
    def shown_when(self, rule: TriageRule) -> str:
        said = [
            f"{condition.fact} {condition.get_operator_display()} {condition.value}".strip()
            for condition in rule.conditions.all()
        ]
        return str(_(" and ")).join(said) or _("never: it has no condition")

    @display(description=_("active"), boolean=True, ordering="is_active")
    def shown_active(self, rule: TriageRule) -> bool:
        return rule.is_active


@admin.register(Triage)
class TriageAdmin(ReadOnlyPage):
    """Why a response did, or did not, become a case."""

    list_display = ["decided_at", "response", "rule", "case", "reason"]
    list_filter = ["rule", ("case", admin.EmptyFieldListFilter)]
    list_select_related = ["response", "rule", "case"]
    fields = ["response", "rule", "case", "reason", "decided_at", "shown_facts"]
    readonly_fields = ["shown_facts"]

    @display(description=_("what was known"))
    def shown_facts(self, triage: Triage) -> str:
        return table([_("fact"), _("value")], sorted(triage.facts.items()))
