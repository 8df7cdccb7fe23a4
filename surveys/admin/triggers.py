from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from surveys.admin.tryout import TryOut
from surveys.models import ContactPolicy, Customer, Decision, TouchpointEvent, TriggerCondition, TriggerRule
from surveys.models.trigger import every_day
from surveys.services.dates import dates_in_words, note_dates, what_is_no_date
from surveys.triggers.dates import read_day
from vocplatform.lib.adminpages import Page

RECENT_DAYS = 30
SAMPLED_ROWS = 200
ALWAYS_KNOWN = ("source", "locale", "time_zone", "preferred_channel", "account_owner", "annual_value")
NEEDS_NO_VALUE = {TriggerCondition.Operator.PRESENT, TriggerCondition.Operator.ABSENT}


class RuleForm(forms.ModelForm):
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"),
        choices=[(number, name) for number, name in WEEKDAYS.items()],
        coerce=int,
        initial=every_day,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("On other days an invitation waits for the next of these, or lapses when it is too late by then."),
    )

    class Meta:
        model = TriggerRule
        fields = [
            "name",
            "is_active",
            "touchpoint",
            "survey",
            "channel",
            "delay_minutes",
            "window_hours",
            "date_field",
            "days_before",
            "weekdays",
            "quiet_from",
            "quiet_until",
            "starts_at",
            "ends_at",
            "reminder_after_days",
            "sampling_percent",
            "sampling_wave",
            "priority",
            "reserves_ask",
        ]
        help_texts = {
            "is_active": _("Off: events are recorded and nobody is asked. Switch it on when the survey is published."),
            "delay_minutes": _(
                "After the event: 60 is an hour, 1440 a day. Too soon asks before the experience is over."
            ),
            "window_hours": _("Whoever could not be asked within this time after the event is not asked any more."),
            "channel": _("A customer's preferred channel wins where it can be used."),
            "priority": _("When several rules would ask after one event, only the smallest number asks."),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "date_field" in self.fields:
            self.fields["date_field"].widget.attrs |= {"list": "known-dates", "autocomplete": "off"}

    def clean_weekdays(self) -> list[int]:
        return sorted(self.cleaned_data["weekdays"])

    def clean(self) -> dict:
        cleaned = super().clean()
        if (cleaned.get("quiet_from") is None) != (cleaned.get("quiet_until") is None):
            self.add_error("quiet_until", _("Quiet hours need both ends, or none."))
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The end lies before the beginning."))
        return cleaned


class ConditionForm(forms.ModelForm):
    class Meta:
        model = TriggerCondition
        fields = ["subject", "field", "operator", "value"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "field" in self.fields:
            self.fields["field"].widget.attrs |= {"list": "known-fields", "autocomplete": "off"}

    def clean(self) -> dict:
        cleaned = super().clean()
        needs_value = cleaned.get("operator") not in NEEDS_NO_VALUE
        if needs_value and not cleaned.get("value"):
            self.add_error("value", _("Say what to compare with."))
        return cleaned if needs_value else cleaned | {"value": ""}


class ConditionInline(TabularInline):
    model = TriggerCondition
    form = ConditionForm
    extra = 0
    hide_title = True
    verbose_name_plural = _("Only when all of this holds (what is not known does not hold)")


@admin.register(TriggerRule)
class TriggerRuleAdmin(TryOut, Page):
    form = RuleForm
    inlines = [ConditionInline]
    list_display = [
        "name",
        "shown_active",
        "touchpoint",
        "survey",
        "channel",
        "shown_share",
        "priority",
        "shown_recent",
    ]
    list_filter = ["is_active", "touchpoint", "survey", "channel"]
    list_select_related = ["touchpoint", "survey"]
    search_fields = ["name"]
    readonly_fields = ["shown_dates"]
    change_form_outer_after_template = "admin/surveys/triggerrule/after.html"
    fieldsets = [
        (None, {"fields": ["name", "is_active", "touchpoint", "survey", "channel"]}),
        (
            _("Ask because of a date, without an event"),
            {
                "description": _(
                    "For renewals, and for warranties or subscriptions that end. At nine in the morning where the "
                    "customer lives, so many days before the date, an event is made at the touchpoint, once per date; "
                    "a date that changes calls again. From there everything below counts as it does after any event."
                ),
                "fields": [("date_field", "days_before"), "shown_dates"],
            },
        ),
        (
            _("When"),
            {
                "fields": [
                    ("delay_minutes", "window_hours"),
                    "weekdays",
                    ("quiet_from", "quiet_until"),
                    "starts_at",
                    "ends_at",
                    "reminder_after_days",
                ]
            },
        ),
        (_("Whom"), {"fields": [("sampling_percent", "sampling_wave"), "priority", "reserves_ask"]}),
    ]

    class Media:
        js = ["voc/admin/tryout.js"]

    def get_urls(self) -> list[URLPattern]:
        return [*self.tryout_urls(), *super().get_urls()]

    def get_queryset(self, request: HttpRequest):
        outcomes = Decision.Outcome
        return (
            super()
            .get_queryset(request)
            .annotate(asked=_recent_decisions(outcomes.ASK), skipped=_recent_decisions(outcomes.SKIP))
        )

    def render_change_form(self, request, context, *args, obj: TriggerRule | None = None, **kwargs):
        may_edit = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        context["known_fields"] = _known_fields(obj)
        context["known_dates"] = _known_dates()
        context["try_url"] = reverse("admin:surveys_triggerrule_try", args=[obj.pk if obj else 0]) if may_edit else ""
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_model(self, request: HttpRequest, obj: TriggerRule, form, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if obj.date_field:
            note_dates(obj, now=timezone.now())
            unclear = obj.dates_report["unreadable"] or not obj.dates_report["known"]
            messages.add_message(request, messages.WARNING if unclear else messages.INFO, dates_in_words(obj))
        if obj.is_active and obj.survey.live_version_id is None:
            messages.warning(request, _("“%s” is not published yet: until then this rule asks nobody.") % obj.survey)

    @display(description=_("active"), boolean=True, ordering="is_active")
    def shown_active(self, rule: TriggerRule) -> bool:
        return rule.is_active

    @display(description=_("what customers' records hold"))
    def shown_dates(self, rule: TriggerRule) -> str:
        said = dates_in_words(rule) if rule.date_field else ""
        if not said:
            return "–"
        looked_at = f"{timezone.localtime(rule.dates_looked_at):%Y-%m-%d %H:%M}"
        bad = [(reverse("admin:surveys_customer_change", args=[c.pk]), c, text) for c, text in what_is_no_date(rule)]
        examples = format_html_join(", ", '<a href="{}">{}</a>: “{}”', bad)
        return format_html("{} <br>{} <br>{}", said, examples, _("Looked at on %s.") % looked_at)

    @display(description=_("share"), ordering="sampling_percent")
    def shown_share(self, rule: TriggerRule) -> str:
        return f"{rule.sampling_percent.normalize():f} %"

    @display(description=_("asked / not, 30 days"), ordering="asked")
    def shown_recent(self, rule: TriggerRule) -> str:
        return f"{rule.asked} / {rule.skipped}"


def _recent_decisions(outcome: str) -> Coalesce:
    """Counted beside the rules, not joined to them: a rule may have decided a hundred thousand times."""
    since = timezone.now() - timedelta(days=RECENT_DAYS)
    rows = Decision.objects.filter(rule=OuterRef("pk"), outcome=outcome, decided_at__gte=since)
    return Coalesce(Subquery(rows.order_by().values("rule").annotate(n=Count("pk")).values("n")), 0)


def _known_fields(rule: TriggerRule | None) -> list[str]:
    """Names that events at this touchpoint and customers have carried lately."""
    events = TouchpointEvent.objects.order_by("-pk")
    if rule:
        events = events.filter(touchpoint=rule.touchpoint)
    rows = [
        *events.values_list("attributes", flat=True)[:SAMPLED_ROWS],
        *Customer.objects.order_by("-pk").values_list("attributes", flat=True)[:SAMPLED_ROWS],
    ]
    return sorted({*ALWAYS_KNOWN, *(name for attributes in rows for name in attributes)})


def _known_dates() -> list[str]:
    rows = Customer.objects.order_by("-pk").values_list("attributes", flat=True)[:SAMPLED_ROWS]
    return sorted({name for attributes in rows for name, value in attributes.items() if read_day(value)})


@admin.register(ContactPolicy)
class ContactPolicyAdmin(Page):
    list_display = ["name", "is_default", "cap_count", "cap_days", "updated_at"]
    fieldsets = [
        (None, {"fields": ["name", "is_default"]}),
        (
            _("Rest between two requests"),
            {
                "description": _(
                    "A clock runs from the moment somebody was asked, and another from the answer. Whichever ends "
                    "later counts. 0 means no rest."
                ),
                "fields": [
                    ("survey_after_invitation_days", "survey_after_response_days"),
                    ("account_after_invitation_days", "account_after_response_days"),
                    "moment_of_truth_skips_survey_clock",
                ],
            },
        ),
        (_("The most that anybody is asked"), {"fields": [("cap_count", "cap_days")]}),
        (_("Consent"), {"fields": ["email_needs_consent", "sms_needs_consent"]}),
    ]
