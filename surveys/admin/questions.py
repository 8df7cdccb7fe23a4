"""The question cards of the designer: Unfold's nested inlines, drawn by our own template."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline, TabularInline
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminSelectWidget

from surveys.definition.kinds import EMOTION, FELT_RIGHT, FIRST_CONTACT, NEED_MET
from surveys.models import Choice, Question
from surveys.services.keys import PublishedWords, published_words

COUNTS_TOWARDS = {
    (Question.Kind.YES_NO, FIRST_CONTACT): _("First contact resolution, as customers say"),
    (Question.Kind.YES_NO, NEED_MET): _("Functional need met"),
    (Question.Kind.YES_NO, FELT_RIGHT): _("Felt as it should"),
    (Question.Kind.SINGLE, EMOTION): _("Felt most"),
}
WAITING = "row-"  # how a question refers to one that has no row of its own yet


def stays(form: forms.ModelForm) -> bool:
    """Neither taken away nor an empty card that nobody filled in."""
    return not form.cleaned_data.get("DELETE") and (form.instance.pk is not None or form.has_changed())


class RowForm(forms.ModelForm):
    """A row whose key is fixed once it exists and whose place is where it stands on the page."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        self.fields["position"].widget = forms.HiddenInput()
        if self.instance.pk:
            self.fields["key"].disabled = True

    def clean_key(self) -> str | None:
        return self.cleaned_data["key"] or None  # several new rows may still be without one

    def clean_position(self) -> int:
        position = self.cleaned_data["position"]
        return self.place if position is None else position

    @property
    def place(self) -> int:
        return int(self.prefix.rpartition("-")[2]) if self.prefix[-1:].isdigit() else 0


class ChoiceForm(RowForm):
    class Meta:
        model = Choice
        fields = ["key", "text", "position"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["aria-label"] = _("Choice")


class QuestionForm(RowForm):
    waits_for = forms.CharField(label=_("Show only if"), required=False, widget=UnfoldAdminSelectWidget)

    class Meta:
        model = Question
        fields = [
            "kind",
            "text",
            "is_required",
            "page",
            "low_label",
            "high_label",
            "help_text",
            "rotation_slot",
            "waits_for",
            "show_if_operator",
            "show_if_value",
            "key",
            "position",
        ]
        help_texts: ClassVar[dict] = {
            "key": _(
                "Names this question in exports for ever; filled in for you. Some keys count towards more: of "
                "yes-or-no questions first_contact, need_met and felt_right, of those with one choice emotion."
            )
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["waits_for"].widget.choices = [("", _("always shown"))]
        if self.instance.show_if_question_id:
            parent = self.instance.show_if_question
            self.initial["waits_for"] = str(parent.pk)
            self.fields["waits_for"].widget.choices.append((str(parent.pk), parent.text))

    @property
    def counts_towards(self) -> str:
        """The metric that a question to choose from counts for, by its key; of scales the kind says it."""
        return COUNTS_TOWARDS.get((self.instance.kind, self.instance.key), "")

    @property
    def names(self) -> set[str]:
        """By what a later question may refer to this one."""
        return {str(self.instance.pk), WAITING + self.prefix.rpartition("-")[2]}

    def clean(self) -> dict:
        cleaned = super().clean()
        if not cleaned.get("waits_for"):
            cleaned |= {"show_if_operator": "", "show_if_value": ""}
        elif not cleaned.get("show_if_operator"):
            self.add_error("show_if_operator", _("Say when: is, is at least, was answered …"))
        return cleaned


class QuestionFormSet(PaginationInlineFormSet):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for form in self.initial_forms:
            if form.instance.key in self.published.questions:
                form.fields["kind"].disabled = True

    @property
    def published(self) -> PublishedWords:
        if not hasattr(self, "_published"):
            self._published = published_words(self.instance)
        return self._published

    @property
    def staying(self) -> list[QuestionForm]:
        return [form for form in self.forms if stays(form)]

    def clean(self) -> None:
        super().clean()
        offered = {name for form in self.staying for name in form.names}
        for form in self.staying:
            wanted = form.cleaned_data.get("waits_for")
            if wanted and wanted not in offered:
                form.add_error("waits_for", _("The question that this one waits for is gone. Choose another."))


class ChoiceInline(TabularInline):
    model = Choice
    form = ChoiceForm
    extra = 0
    ordering_field = "position"
    hide_ordering_field = True


class QuestionInline(StackedInline):
    model = Question
    form = QuestionForm
    formset = QuestionFormSet
    fk_name = "survey"
    inlines = [ChoiceInline]
    extra = 0
    ordering_field = "position"
    hide_ordering_field = True
    template = "admin/surveys/survey/_questions.html"
