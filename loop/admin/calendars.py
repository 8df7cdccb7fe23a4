import re
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelect2Widget, UnfoldAdminTextInputWidget

from loop.models import BusinessCalendar, EscalationStep, Holiday, SlaPolicy, SlaTarget
from vocplatform.lib.adminpages import Page

SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-4]):([0-5]\d)")


def read_spans(text: str) -> list[list[str]]:
    """ "9:00-12:00, 13:00-17:00" as pairs. Raises ValidationError."""
    spans = []
    for part in filter(None, (part.strip() for part in re.split(r"[,;]", text))):
        found = SPAN.fullmatch(part)
        if not found:
            raise forms.ValidationError(_("“%s” is no span of time; write one like 09:00-17:00.") % part)
        begins, ends = (f"{int(hour):02}:{minute}" for hour, minute in (found.group(1, 2), found.group(3, 4)))
        if begins >= ends or ends > "24:00":
            raise forms.ValidationError(_("“%s” ends before it begins.") % part)
        if spans and spans[-1][1] > begins:
            raise forms.ValidationError(_("“%s” overlaps the span before it.") % part)
        spans.append([begins, ends])
    return spans


def write_spans(spans: list[list[str]]) -> str:
    return ", ".join(f"{begins}-{ends}" for begins, ends in spans)


class SpansField(forms.CharField):
    widget = UnfoldAdminTextInputWidget

    def prepare_value(self, value: object) -> object:
        return write_spans(value) if isinstance(value, list) else value

    def clean(self, value: object) -> list[list[str]]:
        return read_spans(super().clean(value))


HoursForm = type(
    "HoursForm", (forms.Form,), {f"day_{day}": SpansField(label=name, required=False) for day, name in WEEKDAYS.items()}
)


class CalendarForm(HoursForm, forms.ModelForm):
    class Meta:
        model = BusinessCalendar
        fields = ["name", "time_zone"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial |= {f"day_{day}": spans for day, spans in self.instance.hours.items()}
        if "time_zone" in self.fields:
            zones = [(zone, zone) for zone in sorted(available_timezones())]
            self.fields["time_zone"].widget = UnfoldAdminSelect2Widget(choices=zones)

    def clean(self) -> dict:
        cleaned = super().clean()
        hours = {str(day): cleaned.get(f"day_{day}", []) for day in WEEKDAYS}
        self.instance.hours = {day: spans for day, spans in hours.items() if spans}
        if not self.instance.hours and not self.errors:
            raise forms.ValidationError(_("Nobody ever works: give at least one day its hours."))
        return cleaned


class HolidayInline(TabularInline):
    model = Holiday
    extra = 0
    hide_title = True


@admin.register(BusinessCalendar)
class BusinessCalendarAdmin(Page):
    form = CalendarForm
    inlines = [HolidayInline]
    list_display = ["name", "time_zone", "shown_week"]
    fieldsets = [
        (None, {"fields": ["name", "time_zone"]}),
        (
            _("Working hours"),
            {
                "description": _(
                    "Clocks of cases run only then. Several spans: 09:00-12:00, 13:00-17:00. Empty: closed."
                ),
                "fields": [f"day_{day}" for day in WEEKDAYS],
            },
        ),
    ]

    @display(description=_("hours"))
    def shown_week(self, calendar: BusinessCalendar) -> str:
        return "; ".join(
            f"{WEEKDAYS[int(day)]} {write_spans(spans)}" for day, spans in sorted(calendar.hours.items()) if spans
        )


class TargetForm(forms.ModelForm):
    class Meta:
        model = SlaTarget
        fields = ["severity", "acknowledge_minutes", "contact_minutes", "resolve_minutes", "confirm_minutes"]
        labels = {
            "acknowledge_minutes": _("Acknowledge"),
            "contact_minutes": _("First contact"),
            "resolve_minutes": _("Resolve"),
            "confirm_minutes": _("Confirm"),
        }


class TargetInline(TabularInline):
    model = SlaTarget
    form = TargetForm
    extra = 0
    hide_title = True
    verbose_name_plural = _("Working minutes that each step may take (480 is a day of eight hours)")


class StepInline(TabularInline):
    model = EscalationStep
    extra = 0
    hide_title = True
    verbose_name_plural = _("Who is told when a clock has run out")


@admin.register(SlaPolicy)
class SlaPolicyAdmin(Page):
    list_display = ["name", "calendar", "is_default", "shown_contact"]
    list_select_related = ["calendar"]
    inlines = [TargetInline, StepInline]
    fields = ["name", "calendar", "is_default"]

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("targets")

    @display(description=_("first contact within"))
    def shown_contact(self, policy: SlaPolicy) -> str:
        return ", ".join(f"{target}: {target.contact_minutes / 60:g} h" for target in policy.targets.all())
