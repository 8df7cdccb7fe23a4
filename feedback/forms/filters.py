"""The address of a page, an API call or an export, checked name by name. A wrong value is refused, never ignored:
figures of a filter that was not applied would be believed."""

from datetime import date
from functools import cached_property
from typing import ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from feedback.analytics.asked_words import AskedWords
from feedback.analytics.filters import (
    ANY,
    ANY_CONFLICT,
    CUSTOM,
    ENTERED,
    FINISHED,
    INVITED,
    NOWHERE,
    PARTIAL,
    STARTED,
    SUBMITTED,
    VISITED,
    Filters,
)
from feedback.analytics.named_periods import DEFAULT, NAMES, a_year_before, named_period
from feedback.analytics.selection import EXPERIENCE, UNREAD, WAITING
from feedback.analytics.topics import NO_LABEL
from feedback.forms.widgets import PlainSelect
from feedback.metrics import METRICS
from feedback.models import Conflict, KeptFigure, Reading, Segment, Standing, Theme
from surveys.models import Channel, Survey, Touchpoint
from vocplatform.lib.periods import Grain, Period, fitting_grain

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 1, 1)
PREVIOUS, YEAR = "previous", "year"
UNREAD_WORDS = {UNREAD: _("could not be read"), WAITING: _("not read yet")}


def _with_period(data: QueryDict | None) -> QueryDict:
    """The period that is meant stands in its field, also where the address does not name it.

    Dates that the form had kept from before give way to a name chosen now; dates typed now win over a name.
    """
    data = data.copy() if data is not None else QueryDict(mutable=True)
    if data.pop("kept", None) and data.get("period") != CUSTOM:
        data.pop("first", None)
        data.pop("last", None)
    if data.get("first"):
        data["period"] = CUSTOM
    elif not data.get("period"):
        data["period"] = DEFAULT
    return data


class FilterForm(forms.Form):
    NARROWING = (
        "survey",
        "version",
        "journey",
        "stage",
        "touchpoint",
        "channel",
        "segment",
        "standing",
        "metric",
        "band",
        "value",
        "state",
        "basis",
        "conflict",
        "theme",
        "feeling",
        "intent",
        "question",
        "choice",
        "text",
        "figure",
    )
    BESIDE: ClassVar[tuple[str, ...]] = ("before", "kept", "view", "owner")
    USUAL: ClassVar[dict[str, str]] = {"standing": Standing.COUNTED, "state": FINISHED, "basis": SUBMITTED}
    WITH_IT: ClassVar[dict[str, tuple[str, ...]]] = {
        "metric": ("band", "value"),
        "survey": ("version", "question", "choice"),
        "question": ("choice",),
        "theme": ("feeling",),
    }

    period = forms.ChoiceField(label=_("Period"), required=False)
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    compare = forms.ChoiceField(
        label=_("Compare with"),
        required=False,
        choices=[(PREVIOUS, _("the days before")), (YEAR, _("a year before"))],
    )
    grain = forms.ChoiceField(
        label=_("Points"),
        required=False,
        choices=[("", _("fitting")), (Grain.DAY, _("days")), (Grain.WEEK, _("weeks")), (Grain.MONTH, _("months"))],
    )
    show = forms.ChoiceField(
        label=_("Show"), required=False, choices=[("", ""), *((metric.key, metric.name) for metric in METRICS.values())]
    )
    survey = forms.ChoiceField(label=_("Survey"), required=False)
    version = forms.IntegerField(label=_("Version"), required=False, min_value=1, max_value=100_000)
    journey = forms.ChoiceField(label=_("Journey"), required=False)
    stage = forms.ChoiceField(label=_("Stage"), required=False)
    touchpoint = forms.ChoiceField(label=_("Touchpoint"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=[("", _("all")), *Channel.choices])
    segment = forms.ChoiceField(label=_("Segment"), required=False)
    standing = forms.ChoiceField(
        label=_("Answers"), required=False, choices=[*Standing.choices, (ANY, _("all, also those left out"))]
    )
    metric = forms.ChoiceField(
        label=_("Measure"),
        required=False,
        choices=[
            ("", _("all")),
            *((metric.key, metric.name) for metric in METRICS.values()),
            (EXPERIENCE, _("Experience")),
        ],
    )
    band = forms.CharField(label=_("Group"), required=False, max_length=20)
    value = forms.IntegerField(label=_("Score"), required=False, min_value=0, max_value=10)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[(FINISHED, _("finished")), (PARTIAL, _("not finished")), (STARTED, _("both"))],
    )
    basis = forms.ChoiceField(
        label=_("The period is about"),
        required=False,
        choices=[
            (SUBMITTED, _("the day of the answer")),
            (INVITED, _("the day of the invitation")),
            (VISITED, _("visits by link or QR code")),
            (ENTERED, _("invitations and visits together")),
        ],
    )
    conflict = forms.ChoiceField(
        label=_("Against the score"),
        required=False,
        choices=[("", _("all")), (ANY_CONFLICT, _("comments that contradict their score")), *Conflict.choices],
    )
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    feeling = forms.ChoiceField(
        label=_("Sounds about it"),
        required=False,
        choices=[("", _("all")), *Reading.Label.choices, (NO_LABEL, _("could not be read"))],
    )
    intent = forms.ChoiceField(label=_("Asks of us"), required=False, choices=[("", _("all")), *Reading.Intent.choices])
    question = forms.CharField(label=_("Question"), required=False, max_length=40)
    choice = forms.CharField(label=_("Chose"), required=False, max_length=40)
    text = forms.CharField(
        label=_("Comment says"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": _("words, “phrases”, -not")}),
    )
    figure = forms.CharField(label=_("Kept figure"), required=False, max_length=16)

    def __init__(self, data=None, *args, today: date, **kwargs) -> None:
        super().__init__(_with_period(data), *args, **kwargs)
        self.today = today
        self.fields["period"].choices = [*NAMES.items(), (CUSTOM, _("from – to"))]
        self.fields["survey"].choices = [("", _("all")), *Survey.objects.order_by("name").values_list("slug", "name")]
        segments = Segment.objects.active().values_list("slug", "name")
        self.fields["segment"].choices = [("", _("everybody")), *segments]
        self._name_places()
        self._name_themes()
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField):
                field.widget = PlainSelect(choices=field.choices)
            field.widget.attrs["class"] = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            field.widget.attrs["id"] = f"ask-{name}"
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = _("“%(value)s” is not something to choose here.")

    def _name_places(self) -> None:
        places = Touchpoint.objects.select_related("stage__journey").order_by(
            "stage__journey__name", "stage__position", "stage", "position", "pk"
        )
        journeys, stages, groups = {}, {}, {}
        for touchpoint in places:
            stage, journey = touchpoint.stage, touchpoint.stage.journey
            journeys[journey.slug] = journey.name
            stages[f"{journey.slug}/{stage.slug}"] = f"{journey.name}: {stage.name}"
            groups.setdefault(f"{journey.name}: {stage.name}", []).append((touchpoint.slug, touchpoint.name))
        self.fields["journey"].choices = [("", _("all")), *journeys.items()]
        self.fields["stage"].choices = [("", _("all")), *stages.items()]
        self.fields["touchpoint"].choices = [("", _("all")), *groups.items(), (NOWHERE, _("without a touchpoint"))]

    def _name_themes(self) -> None:
        themes = Theme.objects.active().select_related("parent").in_order()
        self.fields["theme"].choices = [("", _("all")), *((theme.slug, str(theme)) for theme in themes)]

    def clean(self) -> dict:
        data = super().clean()
        for name in self.data:
            if name not in self.fields and name not in self.BESIDE:
                self.add_error(None, _("There is no filter named “%s”.") % name[:40])
        self._check_period(data)
        if data.get("figure") and not KeptFigure.objects.filter(code=data["figure"]).exists():
            self.add_error("figure", _("There is no kept figure of this name."))
        if data.get("feeling") and not data.get("theme"):
            self.add_error("theme", _("Say which theme it sounds so about."))
        self._check_question(data)
        metric, band = data.get("metric"), data.get("band")
        if (band or data.get("value") is not None) and not metric:
            self.add_error("metric", _("Say which measure the group or score belongs to."))
        elif band and not self._knows(metric, band):
            self.add_error("band", _("This measure has no group of that name."))
        return data

    def _check_question(self, data: dict) -> None:
        question, choice = data.get("question"), data.get("choice")
        if choice and not question:
            self.add_error("question", _("Say which question was answered so."))
        if question and not data.get("survey"):
            self.add_error("survey", _("Say which survey asks this question."))
        elif question and question not in self._asked.newest:
            self.add_error("question", _("This survey has no such question to choose from."))
        elif question and choice and choice not in self._asked.options[question]:
            self.add_error("choice", _("This question offers no such answer."))

    @cached_property
    def _asked(self) -> AskedWords:
        return AskedWords.of(self.cleaned_data["survey"])

    def _check_period(self, data: dict) -> None:
        first, last = data.get("first"), data.get("last")
        if data.get("period") == CUSTOM and not first:
            self.add_error("first", _("Say on which day the period starts."))
        for name, day in (("first", first), ("last", last)):
            if day and not EARLIEST <= day <= LATEST:
                self.add_error(name, _("Choose a day between 1990 and 2100."))
        if last and not first:
            self.add_error("first", _("Say on which day the period starts."))
        elif first and (last or self.today) < first:
            self.add_error("last", _("The period ends before it starts."))

    @staticmethod
    def _knows(metric: str, band: str) -> bool:
        if metric == EXPERIENCE:
            return False
        extra = (UNREAD, WAITING) if metric == "sentiment" else ()
        return band in extra or METRICS[metric].band(band) is not None

    def filters(self) -> Filters:
        """Call only when valid."""
        data = self.cleaned_data
        if data["first"]:
            name, period = CUSTOM, Period(data["first"], data["last"] or self.today)
        else:
            name = data["period"] or DEFAULT
            period = named_period(name, today=self.today)
        plain = ("survey", "journey", "stage", "touchpoint", "channel", "segment", "metric", "band", "conflict")
        plain += ("theme", "feeling", "intent", "question", "choice", "text", "figure")
        return Filters(
            period=period,
            period_name=name,
            version=data["version"],
            value=data["value"],
            standing=data["standing"] or Standing.COUNTED,
            state=data["state"] or FINISHED,
            basis=data["basis"] or SUBMITTED,
            **{name: data[name] for name in plain},
        )

    @cached_property
    def compared_with(self) -> Period:
        period = self.filters().period
        return a_year_before(period) if self.cleaned_data["compare"] == YEAR else period.previous

    @property
    def chosen_grain(self) -> Grain:
        return Grain(self.cleaned_data["grain"] or fitting_grain(self.filters().period))

    @property
    def standing_words(self) -> str:
        return self.words_for("standing")

    def words_for(self, name: str) -> str:
        """What was chosen, as the choice is written."""
        value = self.cleaned_data[name]
        if name == "band":
            metric = METRICS[self.cleaned_data["metric"]]
            band = metric.band(value)
            return str(band.label if band else UNREAD_WORDS[value])
        if name == "question":
            return self._asked.newest[value]["text"]
        if name == "choice":
            return self._asked.options[self.cleaned_data["question"]][value]
        choices = getattr(self.fields[name], "choices", ())
        flat = dict(pair for key, words in choices for pair in (words if isinstance(words, list) else [(key, words)]))
        return str(flat.get(value, value))
