import re

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from feedback.models import DriverStudy, Response, Theme
from loop.models import Case, Cause, FeedbackLoop, Initiative, Objective, ProgrammeStep, ReadOut, ReturnAssumptions
from surveys.models import Survey, Touchpoint

DAY = {"type": "date"}
WORDS = re.compile(r"[\s,;]+")
MOST_LINKED = 50


class Styled:
    """Fields look like those of every other page."""

    def dress(self) -> None:
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField)
            field.widget.attrs.setdefault("class", "form-select" if is_choice else "form-control")


class InitiativeForm(Styled, forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    cases_named = forms.CharField(
        label=_("cases"), required=False, help_text=_("Their numbers, with commas: what shows that it is needed.")
    )
    responses_named = forms.CharField(
        label=_("responses"), required=False, help_text=_("Their numbers, with commas, such as 12, 40.")
    )

    class Meta:
        model = Initiative
        fields = [
            *("name", "problem", "change", "kind", "owner", "sponsor", "impact", "effort"),
            *("touchpoint", "controls", "metric", "expected_change", "worth_finding", "go_live_on", "read_out_on"),
            *("theme", "cause", "driver_study"),
        ]
        widgets = {
            "problem": forms.Textarea(attrs={"rows": 3}),
            "change": forms.Textarea(attrs={"rows": 3}),
            "go_live_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
            "read_out_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        people = get_user_model().objects.filter(is_active=True).order_by("username")
        places = Touchpoint.objects.order_by("name")
        for name, rows in (
            ("owner", people),
            ("sponsor", people),
            ("touchpoint", places),
            ("controls", places),
            ("theme", Theme.objects.active().in_order()),
            ("cause", Cause.objects.order_by("name")),
            ("driver_study", DriverStudy.objects.filter(status=DriverStudy.Status.DONE)),
        ):
            self.fields[name].queryset = rows
        if self.instance.pk:
            self.initial["version"] = self.instance.version
            self.initial["cases_named"] = ", ".join(self.instance.cases.values_list("code", flat=True))
            self.initial["responses_named"] = ", ".join(map(str, self.instance.responses.values_list("pk", flat=True)))
        if self.instance.is_frozen:
            for name in Initiative.FROZEN:
                self.fields[name].disabled = True
        self.dress()

    def clean_cases_named(self) -> list[Case]:
        codes = _named(self.cleaned_data["cases_named"].upper())
        found = list(Case.objects.filter(code__in=codes))
        missing = set(codes) - {case.code for case in found}
        if missing:
            raise forms.ValidationError(_("There is no case %s.") % ", ".join(sorted(missing)))
        return found

    def clean_responses_named(self) -> list[Response]:
        numbers = _named(self.cleaned_data["responses_named"])
        wrong = [number for number in numbers if not number.isdecimal() or len(number) > 15]
        found = [] if wrong else list(Response.objects.filter(pk__in=map(int, numbers)))
        missing = wrong or sorted(set(numbers) - {str(response.pk) for response in found})
        if missing:
            raise forms.ValidationError(_("There is no response %s.") % ", ".join(missing))
        return found

    @property
    def told(self) -> dict:
        """What the service takes."""
        named = dict(self.cleaned_data)
        named.pop("version", None)
        return named | {"cases": named.pop("cases_named"), "responses": named.pop("responses_named")}


def _named(text: str) -> list[str]:
    return list(dict.fromkeys(word.strip("#") for word in WORDS.split(text.strip()) if word.strip("#")))[:MOST_LINKED]


class DropForm(Styled, forms.Form):
    reason = forms.CharField(label=_("Why it is dropped"), max_length=300)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.dress()


class LessonForm(Styled, forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    lesson = forms.CharField(
        label=_("What we learned"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, required=False
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.dress()


class LessonsForm(Styled, forms.Form):
    """Which lessons; what does not make sense narrows nothing down."""

    words = forms.CharField(label=_("Words"), required=False, max_length=100)
    came = forms.ChoiceField(
        label=_("What came of it"),
        required=False,
        choices=[("", _("anything")), *ReadOut.VERDICTS, ("dropped", _("dropped"))],
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.dress()


class LoopForm(Styled, forms.ModelForm):
    class Meta:
        model = FeedbackLoop
        fields = ["name", "touchpoint", "survey", "initiative"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["touchpoint"].queryset = Touchpoint.objects.order_by("name")
        self.fields["survey"].queryset = Survey.objects.order_by("name")
        self.fields["initiative"].queryset = Initiative.objects.under_way().order_by("name")
        self.dress()


class ObjectiveForm(Styled, forms.ModelForm):
    class Meta:
        model = Objective
        fields = ["name", "metric", "baseline", "target", "starts_on", "deadline_on", "owner"]
        widgets = {
            "starts_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
            "deadline_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = get_user_model().objects.filter(is_active=True).order_by("username")
        self.dress()


class StepForm(Styled, forms.ModelForm):
    evidence = forms.URLField(
        label=_("evidence"),
        required=False,
        assume_scheme="https",
        help_text=_("Where the paper, plan or record is kept."),
    )

    class Meta:
        model = ProgrammeStep
        fields = ["done_on", "evidence", "note"]
        widgets = {"done_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d")}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.dress()


class ReturnForm(Styled, forms.ModelForm):
    class Meta:
        model = ReturnAssumptions
        fields = [
            *("customers_low", "customers_high", "value_low", "value_high", "margin_low", "margin_high"),
            *("lift_low", "lift_high", "cost_low", "cost_high"),
            *("ratio_low", "ratio_high", "profit_low", "profit_high"),
        ]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.dress()
