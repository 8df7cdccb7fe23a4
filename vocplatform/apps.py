from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VocplatformConfig(AppConfig):
    name = "vocplatform"
    verbose_name = _("Platform")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from vocplatform import heartbeats, wiring  # the floors' models must be loaded first
        from vocplatform.lib import lookups  # noqa: F401  registers any_of

        wiring.connect()
        heartbeats.connect()
