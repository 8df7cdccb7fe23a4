"""What staff choose from when they work a case, and the people themselves."""

from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelect2Widget, UnfoldAdminTextInputWidget

from loop.models import ActionTaken, CannedReply, Cause, Outcome, StaffProfile, Tag
from loop.services.tags import tag_names
from vocplatform.lib.adminpages import Page


class UsedInCases(Page):
    """What a case names stays for its history; it can only stop being offered."""

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).annotate(case_count=Count("cases", distinct=True))

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.cases.exists())

    @display(description=_("cases"), ordering="case_count")
    def shown_cases(self, row) -> int:
        return row.case_count


@admin.register(Cause)
class CauseAdmin(UsedInCases):
    list_display = ["__str__", "owner_team", "is_active", "shown_cases", "position"]
    list_filter = ["is_active", "owner_team"]
    list_select_related = ["parent", "owner_team"]
    search_fields = ["name", "parent__name"]
    ordering_field = "position"
    hide_ordering_field = True
    fields = ["name", "parent", "owner_team", "is_active", "position"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "parent":
            kwargs["queryset"] = Cause.objects.filter(parent__isnull=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(ActionTaken, Outcome)
class NamedAdmin(UsedInCases):
    list_display = ["name", "is_active", "shown_cases", "position"]
    list_filter = ["is_active"]
    search_fields = ["name"]
    ordering_field = "position"
    hide_ordering_field = True
    fields = ["name", "is_active", "position"]


class TagForm(forms.ModelForm):
    class Meta:
        model = Tag
        fields = ["name"]

    def clean_name(self) -> str:
        return next(iter(tag_names(self.cleaned_data["name"].replace(",", " "))), "")


@admin.register(Tag)
class TagAdmin(UsedInCases):
    """A tag that is renamed is renamed on every case; one that no case bears can be removed."""

    form = TagForm
    list_display = ["name", "shown_cases"]
    search_fields = ["name"]


@admin.register(CannedReply)
class CannedReplyAdmin(Page):
    list_display = ["name", "locale", "subject", "is_active"]
    list_filter = ["locale", "is_active"]
    search_fields = ["name", "subject", "body"]


class ProfileForm(forms.ModelForm):
    languages = forms.CharField(
        label=_("Languages"),
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("Such as en, de, pt. Cases in these languages come here first."),
    )

    skills = forms.CharField(
        label=_("Skills"),
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("Such as billing, contracts. Case rules may ask for one of them."),
    )

    class Meta:
        model = StaffProfile
        fields = [
            "user",
            "capacity",
            "languages",
            "skills",
            "time_zone",
            "absent_until",
            "wants_mail",
            "mail_rhythm",
            "quiet_from",
            "quiet_until",
        ]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("languages", "skills"):
            self.initial[name] = ", ".join(getattr(self.instance, name))
        if "time_zone" in self.fields:
            zones = [("", _("as the platform")), *((zone, zone) for zone in sorted(available_timezones()))]
            self.fields["time_zone"].widget = UnfoldAdminSelect2Widget(choices=zones)

    def clean_languages(self) -> list[str]:
        return _words_of(self.cleaned_data["languages"])

    def clean_skills(self) -> list[str]:
        return _words_of(self.cleaned_data["skills"])


def _words_of(text: str) -> list[str]:
    return sorted({part.strip().lower() for part in text.split(",") if part.strip()})


@admin.register(StaffProfile)
class StaffProfileAdmin(Page):
    form = ProfileForm
    list_display = ["user", "capacity", "shown_languages", "shown_skills", "absent_until", "wants_mail"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__first_name", "user__last_name"]
    fields = [
        "user",
        "capacity",
        "languages",
        "skills",
        "time_zone",
        "absent_until",
        "wants_mail",
        "mail_rhythm",
        "quiet_from",
        "quiet_until",
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: StaffProfile | None = None) -> list[str]:
        return ["user"] if obj else []

    @display(description=_("languages"))
    def shown_languages(self, profile: StaffProfile) -> str:
        return ", ".join(profile.languages)

    @display(description=_("skills"))
    def shown_skills(self, profile: StaffProfile) -> str:
        return ", ".join(profile.skills)
