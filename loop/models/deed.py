from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loop.models.case import Case


class DeedKind(models.TextChoices):
    CALL = "call", _("call")
    MAIL = "mail", _("mail")
    CHAT = "chat", _("chat")
    MEETING = "meeting", _("in person")
    GOODWILL = "goodwill", _("goodwill")
    REMEDY = "remedy", _("fix and explain")


class WrittenOnce(Exception):
    """A line of the ledger is never changed; a wrong one is set right by another."""


class DeedQuerySet(models.QuerySet):
    def update(self, **fields) -> int:
        raise WrittenOnce


class Deed(models.Model):
    """One thing that was done on a case: who, when, how long it took and what it cost. Written once, never changed."""

    Kind = DeedKind

    case = models.ForeignKey(Case, models.CASCADE, related_name="deeds", verbose_name=_("case"))
    kind = models.CharField(_("kind"), max_length=8, choices=DeedKind)
    arm = models.ForeignKey("loop.Arm", models.PROTECT, null=True, related_name="deeds", verbose_name=_("arm in force"))
    action = models.ForeignKey(
        "loop.ActionTaken", models.PROTECT, null=True, related_name="deeds", verbose_name=_("action taken")
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    reached = models.BooleanField(_("reached the customer"), null=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True)
    cost = models.DecimalField(_("cost"), max_digits=10, decimal_places=2, default=0)
    at = models.DateTimeField(_("at"), default=timezone.now)

    objects = DeedQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("action done")
        verbose_name_plural = _("actions done")
        constraints = [
            models.CheckConstraint(condition=Q(cost__gte=0), name="deed_costs_nothing_or_more"),
            models.CheckConstraint(condition=~Q(kind="goodwill") | Q(cost__gt=0), name="goodwill_has_an_amount"),
        ]
        indexes = [
            models.Index(fields=["case", "at"], name="deed_by_case"),
            models.Index(fields=["at"], name="deed_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"

    def save(self, *args, **kwargs) -> None:
        if self.pk is not None:
            raise WrittenOnce
        super().save(*args, **kwargs)
