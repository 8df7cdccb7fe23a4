from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = _("How we ask")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from surveys.api import mail_reports  # the models must be loaded first

        mail_reports.listen()
