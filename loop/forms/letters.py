"""A letter to the customer: by hand or from a canned reply, looked at before it leaves."""

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from loop.forms.cases import CaseForm
from loop.models import Message
from loop.services.messages import PLACEHOLDER, address_of, fill_reply, letter_of, replies_for
from vocplatform.lib.delivery import Letter

BRACES = ("{{", "}}")


def check_filled(text: str) -> str:
    """What still has braces in it was never filled in, and no customer may read it."""
    left = PLACEHOLDER.search(text)
    if left:
        raise forms.ValidationError(
            _("“%(left)s” is not filled in. Write what belongs there."), params={"left": left[0]}
        )
    if any(brace in text for brace in BRACES):
        raise forms.ValidationError(_("There are braces of a broken placeholder in the text. Take them out."))
    return text


class LetterForm(CaseForm):
    subject = forms.CharField(label=_("Subject"), max_length=150)
    body = forms.CharField(
        label=_("Text"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_("Goes to the customer. For colleagues write a note instead."),
    )

    def prepare(self) -> None:
        chosen = self.replies.filter(pk=self.asked.get("reply")).first() if self._asks_for_reply else None
        if chosen is not None:
            self.initial["subject"], self.initial["body"] = fill_reply(chosen, self.case, actor=self.actor)
        else:
            self.initial["subject"] = self._answer_to()

    @property
    def _asks_for_reply(self) -> bool:
        return self.asked.get("reply", "").isdecimal()

    @cached_property
    def replies(self):
        return replies_for(self.case)

    @cached_property
    def refusal(self) -> str:
        return address_of(self.case.customer)[1]

    def clean_subject(self) -> str:
        return check_filled(" ".join(self.cleaned_data["subject"].split()))  # a subject is one line

    def clean_body(self) -> str:
        return check_filled(self.cleaned_data["body"])

    def preview(self) -> Letter | None:
        """What would be sent, to the letter; None where nothing may be sent or the form is not right yet."""
        if self.refusal or not self.is_bound or not self.is_valid():
            return None
        address, _refusal = address_of(self.case.customer)
        written = {name: self.cleaned_data[name] for name in ("subject", "body")}
        return letter_of(Message(case=self.case, author=self.actor, address=address, **written))

    def _answer_to(self) -> str:
        last = self.case.messages.filter(direction=Message.Direction.IN).order_by("created_at", "pk").last()
        if last is None:
            return ""
        return last.subject if last.subject.lower().startswith("re:") else f"Re: {last.subject}"[:150]
