"""What staff choose from when they end a case."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Cause(models.Model):
    """Why it went wrong, on two levels; the upper one belongs to a team."""

    name = models.CharField(_("name"), max_length=100)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    owner_team = models.ForeignKey(
        "surveys.Team", models.SET_NULL, null=True, blank=True, related_name="causes", verbose_name=_("owner team")
    )
    is_active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["parent__position", "position", "name"]
        verbose_name = _("root cause")
        verbose_name_plural = _("root causes")
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="cause_once_per_parent"),
            models.UniqueConstraint(fields=["name"], condition=Q(parent__isnull=True), name="upper_cause_once"),
        ]

    def __str__(self) -> str:
        return f"{self.parent} › {self.name}" if self.parent_id else self.name


class Named(models.Model):
    name = models.CharField(_("name"), max_length=100, unique=True)
    is_active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class ActionTaken(Named):
    class Meta(Named.Meta):
        verbose_name = _("action")
        verbose_name_plural = _("actions")


class Outcome(Named):
    """How it ended for the customer, as staff see it; whether it is solved says only the customer."""

    class Meta(Named.Meta):
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
