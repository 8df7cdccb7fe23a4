"""What every page of numbers does first: read the address, or say in its own words what is wrong with it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from feedback.analytics.filters import Filters
from feedback.forms.filters import FilterForm
from feedback.models import SavedView
from feedback.views.wording import period_words
from vocplatform.lib.periods import Period, day_of


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, with the way to take it away."""

    label: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Asked:
    form: FilterForm
    filters: Filters
    before: Period
    today: date
    now: datetime

    @property
    def context(self) -> dict:
        zone = timezone.get_default_timezone()
        return {
            "form": self.form,
            "filters": self.filters,
            "period": period_words(self.filters.period),
            "compared": period_words(self.before),
            "zone": str(zone),
            "chips": chips(self.form),
            "view_name": self.view_name,
        }

    @property
    def view_name(self) -> str:
        """What the view is called by which somebody came."""
        code = self.form.data.get("view", "")
        return SavedView.objects.filter(code=code).values_list("name", flat=True).first() or "" if code else ""


def today_here() -> date:
    """The account's day."""
    return day_of(timezone.now(), timezone.get_default_timezone())


def read_address(request: HttpRequest, form_class: type[FilterForm] = FilterForm) -> Asked | FilterForm:
    """Return what was asked for, or the form with its errors."""
    return read_query(request.GET, form_class)


def read_query(query: QueryDict, form_class: type[FilterForm] = FilterForm) -> Asked | FilterForm:
    """The same for an address that was written down."""
    now = timezone.now()
    today = day_of(now, timezone.get_default_timezone())
    form = form_class(query, today=today)
    return Asked(form, form.filters(), form.compared_with, today, now) if form.is_valid() else form


def refuse(request: HttpRequest, form: FilterForm, title: str) -> HttpResponse:
    """Show no figure at all rather than one without the filter that was asked for."""
    return render(request, "feedback/wrong_filter.html", {"form": form, "title": title}, status=400)


def chips(form: FilterForm) -> list[Chip]:
    shown = []
    for name in FilterForm.NARROWING:
        value = form.cleaned_data.get(name)
        if value in ("", None) or value == FilterForm.USUAL.get(name):
            continue
        query = form.data.copy()
        for gone in (name, *FilterForm.WITH_IT.get(name, ())):
            query.pop(gone, None)
        query.pop("before", None)
        shown.append(Chip(str(form.fields[name].label), form.words_for(name), f"?{query.urlencode()}"))
    return shown
