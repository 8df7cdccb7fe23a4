from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _


class StopPlaybookForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is stopped"),
        max_length=300,
        help_text=_("Cases that were drawn keep their arm and count on. A stopped playbook is not started again."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
