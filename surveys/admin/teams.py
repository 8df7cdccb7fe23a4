from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from surveys.models import Team
from vocplatform.lib.adminpages import Page


class TeamForm(forms.ModelForm):
    """People are chosen by name; whoever keeps teams need not see the accounts themselves."""

    members = forms.ModelMultipleChoiceField(
        label=_("Members"),
        queryset=get_user_model().objects.none(),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("Cases of this team go to these people, to whoever has the most room."),
    )
    lead = forms.ModelChoiceField(
        label=_("Lead"),
        queryset=get_user_model().objects.none(),
        required=False,
        widget=UnfoldAdminSelectWidget(),
        help_text=_("Is told when a case of the team is overdue."),
    )

    class Meta:
        model = Team
        fields = ["name", "slug", "lead", "members"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        people = get_user_model().objects.filter(is_active=True).order_by("first_name", "username")
        for name in {"lead", "members"} & self.fields.keys():
            self.fields[name].queryset = people
            self.fields[name].label_from_instance = lambda user: user.get_full_name() or user.get_username()


@admin.register(Team)
class TeamAdmin(Page):
    form = TeamForm
    list_display = ["name", "lead", "shown_members"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).annotate(member_count=Count("members", distinct=True))

    @display(description=_("members"), ordering="member_count")
    def shown_members(self, team: Team) -> int:
        return team.member_count
