from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.analytics.comparisons import BY_NAMES
from feedback.forms.filters import FilterForm


class CompareForm(FilterForm):
    """The filters of every page, and by what the groups are formed."""

    by = forms.ChoiceField(
        label=_("Compare by"), required=False, choices=[(by.value, name) for by, name in BY_NAMES.items()]
    )


class PagedForm(FilterForm):
    """The filters of a list with numbered pages."""

    page = forms.IntegerField(required=False, min_value=1)
