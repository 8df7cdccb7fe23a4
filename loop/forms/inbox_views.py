from django import forms
from django.contrib.auth.models import AbstractBaseUser, Group
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from loop.forms.inbox import InboxFilter
from loop.models import InboxView

KEPT = ("view", "order", *InboxFilter.base_fields)


def kept_query(query: str) -> str:
    """The part of an address that says what is looked at, and not which page of it."""
    asked, kept = QueryDict(query), QueryDict(mutable=True)
    for name in KEPT:
        if asked.get(name):
            kept[name] = asked[name]
    return kept.urlencode()


class InboxViewForm(forms.ModelForm):
    # Not a field of the model's own form: that another view has the place is no error, it gives the place up.
    first_for = forms.ModelChoiceField(
        Group.objects.order_by("name"),
        label=_("What this role sees first"),
        required=False,
        empty_label=_("no role"),
        help_text=_("Whoever opens the inbox is led to this view."),
    )

    class Meta:
        model = InboxView
        fields = ("name", "is_shared", "query")
        widgets = {"query": forms.HiddenInput}

    def __init__(self, *args, actor: AbstractBaseUser, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["first_for"].initial = self.instance.first_for_id
        if not actor.has_perm("feedback.set_first_view"):
            del self.fields["first_for"]
        for field in self.visible_fields():
            css = "form-check-input" if isinstance(field.field, forms.BooleanField) else "form-control"
            field.field.widget.attrs["class"] = "form-select" if hasattr(field.field, "choices") else css
        self.fields["name"].widget.attrs["autofocus"] = True

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        mine = InboxView.objects.filter(owner=self.instance.owner_id or self.actor.pk, name=name)
        if mine.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("You have a view of this name already."))
        return name

    def clean_query(self) -> str:
        query = kept_query(self.cleaned_data["query"])
        if not InboxFilter(QueryDict(query), user=self.actor).is_valid():
            raise forms.ValidationError(
                _("These filters do not exist any more. Go back to the inbox and set them anew.")
            )
        return query
