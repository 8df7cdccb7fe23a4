from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from vocplatform.lib.models import Timestamped


class Source(Timestamped):
    """A system that tells us what happened; its event ids are its own."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("short name"), unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.name


class ApiKey(Timestamped):
    """A hashed key; the secret is shown once, when it is made."""

    class Scope(models.TextChoices):
        EVENTS_WRITE = "events:write", _("send events")
        CUSTOMERS_READ = "customers:read", _("read customers")
        CUSTOMERS_WRITE = "customers:write", _("change customers")
        SURVEYS_READ = "surveys:read", _("read surveys")
        RESPONSES_READ = "responses:read", _("read responses")
        RESPONSES_WRITE = "responses:write", _("send responses")
        CASES_READ = "cases:read", _("read cases")
        CASES_WRITE = "cases:write", _("work cases")
        MAIL_WRITE = "mail:write", _("hand over mail of customers")
        METRICS_READ = "metrics:read", _("read metrics")

    source = models.ForeignKey(Source, models.CASCADE, related_name="keys", verbose_name=_("source"))
    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(_("starts with"), max_length=16, editable=False)
    digest = models.CharField(_("digest"), max_length=64, unique=True, editable=False)
    scopes = models.JSONField(_("may"), default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, verbose_name=_("made by")
    )
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
