from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loop.models.initiative import Initiative
from vocplatform.lib.models import Timestamped
from vocplatform.lib.outbox import Outgoing


class Announcement(Timestamped):
    """You said, we did: one letter about a change, to those who had raised it. Once it left, it stays as it was."""

    initiative = models.OneToOneField(Initiative, models.CASCADE, related_name="news", verbose_name=_("initiative"))
    subject = models.CharField(_("subject"), max_length=150)
    body = models.TextField(_("text"), help_text=_("Plain words: what you heard and what is different now."))
    half_later = models.BooleanField(
        _("half of them later"),
        default=False,
        help_text=_("Chance decides who hears it now; until the others do, we see what it does."),
    )
    later_days = models.PositiveSmallIntegerField(
        _("days later"), default=60, validators=[MinValueValidator(7), MaxValueValidator(365)]
    )
    seed = models.CharField(max_length=64, blank=True, editable=False)
    sent_at = models.DateTimeField(_("put on its way"), null=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("sent by"),
    )
    left_out = models.JSONField(_("left out"), default=dict, editable=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("news of a change")
        verbose_name_plural = _("news of changes")
        permissions = [("send_news", _("Can tell customers what was changed"))]
        constraints = [
            models.CheckConstraint(condition=Q(sent_at__isnull=True) | ~Q(seed=""), name="news_that_left_has_a_seed")
        ]

    def __str__(self) -> str:
        return self.subject


class NewsLetter(Outgoing):
    """The news for one customer. The row stays when the customer is erased, without the address."""

    news = models.ForeignKey(Announcement, models.CASCADE, related_name="letters", verbose_name=_("news"))
    customer = models.ForeignKey(
        "surveys.Customer", models.SET_NULL, null=True, related_name="news_letters", verbose_name=_("customer")
    )
    address = models.CharField(_("address"), max_length=254, blank=True)
    is_later = models.BooleanField(_("hears it later"), default=False)
    message_id = models.CharField(_("message id"), max_length=200, blank=True)

    class Meta(Outgoing.Meta):
        ordering = ["pk"]
        verbose_name = _("letter with news")
        verbose_name_plural = _("letters with news")
        constraints = [
            *Outgoing.Meta.constraints,
            models.UniqueConstraint(fields=["news", "customer"], name="customer_hears_news_once"),
        ]

    def __str__(self) -> str:
        return f"{self.news} #{self.pk}"
