"""Forms for what is kept of a page: a view under a name, a link for people outside, a file, a regular mail."""

from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.models import AbstractBaseUser, Group
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from feedback.forms.filters import FilterForm
from feedback.models import DigestPlan, SavedView, SharedPage, ShareLink
from surveys.models import Journey

DAYS = ((1, _("1 day")), (7, _("7 days")), (30, _("30 days")), (90, _("90 days")), (365, _("a year")))

GONE = _("These filters do not exist any more. Go back to the page and set them anew.")


def kept_query(query: str) -> str:
    """The part of an address that belongs to a page and not to a moment of looking at it."""
    kept = QueryDict(query, mutable=True)
    for name in FilterForm.BESIDE:
        kept.pop(name, None)
    return kept.urlencode()


class PageForm(forms.ModelForm):
    """What page it is about travels along unseen, and is checked like any address."""

    def __init__(self, *args, today, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for name in ("page", "journey", "query"):
            self.fields[name].widget = forms.HiddenInput()
        for field in self.visible_fields():
            css = "form-check-input" if isinstance(field.field, forms.BooleanField) else "form-control"
            field.field.widget.attrs["class"] = "form-select" if hasattr(field.field, "choices") else css

    def clean_query(self) -> str:
        query = kept_query(self.cleaned_data["query"])
        if not FilterForm(QueryDict(query), today=self.today).is_valid():
            raise forms.ValidationError(GONE)
        return query

    def clean_journey(self) -> str:
        slug = self.cleaned_data["journey"]
        if slug and not Journey.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("There is no such journey."))
        return slug


class SavedViewForm(PageForm):
    field_order = ("name", "is_shared", "first_for")
    # Not a field of the model's own form: that another view has the place is no error, it gives the place up.
    first_for = forms.ModelChoiceField(
        Group.objects.order_by("name"),
        label=_("What this role sees first"),
        required=False,
        empty_label=_("no role"),
        help_text=_("Whoever opens the page without filters is led to this view."),
    )

    class Meta:
        model = SavedView
        fields = ("name", "is_shared", "page", "journey", "query")

    def __init__(self, *args, actor: AbstractBaseUser, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["first_for"].initial = self.instance.first_for_id
        if not actor.has_perm("feedback.set_first_view"):
            del self.fields["first_for"]

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        page = self.data.get("page", self.instance.page)
        mine = SavedView.objects.filter(owner=self.instance.owner_id or self.actor.pk, page=page, name=name)
        if mine.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("You have a view of this name already."))
        return name


class ShareLinkForm(PageForm):
    days = forms.TypedChoiceField(label=_("Open for"), choices=DAYS, coerce=int, initial=30)

    class Meta:
        model = ShareLink
        fields = ("title", "days", "shows_comments", "page", "journey", "query")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self["page"].value() != SharedPage.DASHBOARD:
            del self.fields["shows_comments"]


class DigestPlanForm(forms.ModelForm):
    class Meta:
        model = DigestPlan
        fields = ("name", "rhythm", "weekday", "day_of_month", "hour", "time_zone", "has_pdf", "query")

    def __init__(self, *args, today, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        zones = sorted(available_timezones() - {"localtime", "Factory"})
        self.fields["time_zone"] = forms.ChoiceField(label=_("Time zone"), choices=[(zone, zone) for zone in zones])
        self.fields["hour"] = forms.TypedChoiceField(
            label=_("Hour"), coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(24)], initial=8
        )
        self.fields["query"].widget = forms.HiddenInput()
        for field in self.visible_fields():
            css = "form-check-input" if isinstance(field.field, forms.BooleanField) else "form-control"
            field.field.widget.attrs["class"] = "form-select" if hasattr(field.field, "choices") else css

    def clean_query(self) -> str:
        """Without days: each mail is about its own week or month."""
        kept = QueryDict(kept_query(self.cleaned_data["query"]), mutable=True)
        for name in ("period", "first", "last", "grain", "show", "figure"):
            kept.pop(name, None)
        if not FilterForm(kept, today=self.today).is_valid():
            raise forms.ValidationError(GONE)
        return kept.urlencode()
