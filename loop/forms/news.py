from django import forms

from loop.forms.initiatives import Styled
from loop.models import Announcement


class NewsForm(Styled, forms.ModelForm):
    class Meta:
        model = Announcement
        fields = ["subject", "body", "half_later", "later_days"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["half_later"].widget.attrs["class"] = "form-check-input"
        self.dress()


class SendForm(forms.Form):
    expected = forms.IntegerField(min_value=0)
