from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminColorInputWidget,
    UnfoldAdminExpandableTextareaWidget,
    UnfoldAdminSelectWidget,
)

from surveys.admin.conflicts import Conflict, find_conflict
from surveys.definition.languages import language_choices
from surveys.models import Survey

SHORT = {"rows": 2}


class SurveyForm(forms.ModelForm):
    """`request` is set on the class that the admin page makes for one request."""

    request: HttpRequest
    is_for_preview = False
    conflict: Conflict | None = None

    class Meta:
        model = Survey
        fields = [
            "name",
            "title",
            "introduction",
            "thanks_title",
            "thanks_text",
            "privacy_notice",
            "slug",
            "purpose",
            "locale",
            "accent_colour",
            "is_anonymous",
            "link_valid_days",
            "edit_window_hours",
            "rotation_percent",
            "legal_basis",
        ]
        widgets = {
            "introduction": UnfoldAdminExpandableTextareaWidget(attrs=SHORT),
            "thanks_text": UnfoldAdminExpandableTextareaWidget(attrs=SHORT),
            "privacy_notice": UnfoldAdminExpandableTextareaWidget(attrs=SHORT),
            "accent_colour": UnfoldAdminColorInputWidget(),
            "locale": UnfoldAdminSelectWidget(choices=language_choices),
        }
        help_texts = {
            "locale": _(
                "Only the first group has ready-made buttons, errors and endings; the others show them in English."
            )
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.live_version_id and "slug" in self.fields:
            self.fields["slug"].disabled = True
            self.fields["slug"].help_text = _("Fixed since the first version: exports and the API use it.")

    def clean(self) -> dict:
        if self.instance.pk and not self.is_for_preview:
            self.conflict = find_conflict(self.instance.pk, self.request.POST.get("draft_seen", ""), self.request.POST)
        if self.conflict:
            raise forms.ValidationError(
                _("Not saved: the survey was changed while you were editing. Your changes are still below."),
                code="conflict",
            )
        return super().clean()
