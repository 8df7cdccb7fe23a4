from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoopConfig(AppConfig):
    name = "loop"
    verbose_name = _("What we do about it")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from feedback import extra_columns, overlays
        from loop.reports.case_columns import case_columns
        from loop.reports.journey_cases import cases_on_the_way

        overlays.sign_up(cases_on_the_way)
        extra_columns.sign_up(case_columns)
