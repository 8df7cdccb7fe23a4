"""What narrows the inbox down."""

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loop.forms.people import PersonField, colleagues_of, teams_of
from loop.inbox import matching
from loop.models import Case, Severity, Tag
from surveys.models import Team, Touchpoint

User = get_user_model()

ANY = "any"


class InboxFilter(forms.Form):
    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("open")), (ANY, _("any")), *Case.Status.choices],
    )
    severity = forms.ChoiceField(label=_("Severity"), required=False, choices=[("", _("any")), *Severity.choices])
    team = forms.ModelChoiceField(label=_("Team"), required=False, queryset=Team.objects.none(), empty_label=_("any"))
    owner = PersonField(label=_("Owner"), required=False, queryset=User.objects.none(), empty_label=_("anybody"))
    touchpoint = forms.ModelChoiceField(
        label=_("Touchpoint"), required=False, queryset=Touchpoint.objects.order_by("name"), empty_label=_("any")
    )

    tag = forms.ModelChoiceField(
        label=_("Tag"), required=False, queryset=Tag.objects.all(), to_field_name="name", empty_label=_("any")
    )

    def __init__(self, *args, user, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control" if name == "q" else "form-select"
        self.fields["q"].widget.attrs |= {"type": "search", "placeholder": _("Words, name, code or customer number")}
        self.fields["team"].queryset = teams_of(user)
        self.fields["owner"].queryset = colleagues_of(user)

    @property
    def chosen(self) -> dict[str, object]:
        """What was filled in and makes sense; the rest is told beside its field and narrows nothing."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}

    @property
    def looks_for_words(self) -> bool:
        return "q" in self.chosen

    @property
    def is_used(self) -> bool:
        return bool(self.chosen)

    @property
    def is_narrowed(self) -> bool:
        return bool(set(self.chosen) - {"q"})

    @property
    def looks_at_ended(self) -> bool:
        return self.chosen.get("status", "") not in ("", *Case.OPEN)

    def condition(self) -> Q:
        chosen = dict(self.chosen)
        text, status = str(chosen.pop("q", "")).strip(), chosen.pop("status", ANY)
        tag = chosen.pop("tag", None)
        wanted = Q(**chosen)
        if tag is not None:
            wanted &= Q(pk__in=Case.tags.through.objects.filter(tag=tag).values("case"))
        if status != ANY:
            wanted &= Q(status=status)
        return wanted & matching(text) if text else wanted
