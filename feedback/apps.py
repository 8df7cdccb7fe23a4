from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "feedback"
    verbose_name = _("What came back")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from feedback import bi

        pre_migrate.connect(bi.before_migrations, sender=self, dispatch_uid="feedback.bi")
        post_migrate.connect(bi.after_migrations, sender=self, dispatch_uid="feedback.bi")
