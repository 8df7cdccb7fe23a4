from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vocplatform.lib.models import PublicCode
from vocplatform.lib.outbox import Outgoing, OutgoingQuerySet


class FavourQuerySet(OutgoingQuerySet):
    def granted(self):
        """The customer said yes and has not taken it back."""
        return self.filter(agreed_at__isnull=False, withdrawn_at__isnull=True)

    def open(self):
        return self.filter(agreed_at__isnull=True, declined_at__isnull=True, customer__isnull=False)


class Favour(PublicCode, Outgoing):
    """What a promoter is asked for, once: to be quoted, or to recommend us. Nothing is used without her yes.

    The row stays when the customer is erased, without address, words and name.
    """

    class Kind(models.TextChoices):
        QUOTE = "quote", _("be quoted")
        REFERRAL = "referral", _("recommend us")

    customer = models.ForeignKey(
        "surveys.Customer", models.SET_NULL, null=True, related_name="favours", verbose_name=_("customer")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    address = models.CharField(_("address"), max_length=254, blank=True)
    message_id = models.CharField(_("message id"), max_length=200, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by")
    )
    words = models.TextField(_("words that may be quoted"), blank=True)
    shown_as = models.CharField(_("name that may be shown"), max_length=100, blank=True)
    wording = models.TextField(_("agreed to"), blank=True)
    agreed_at = models.DateTimeField(_("yes at"), null=True, blank=True)
    declined_at = models.DateTimeField(_("no at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    visits = models.PositiveIntegerField(_("openings of the link"), default=0)

    objects = FavourQuerySet.as_manager()

    class Meta(Outgoing.Meta):
        ordering = ["-pk"]
        verbose_name = _("favour")
        verbose_name_plural = _("favours")
        permissions = [("ask_favour", _("Can ask promoters for a favour"))]
        constraints = [
            *Outgoing.Meta.constraints,
            models.UniqueConstraint(fields=["customer", "kind"], name="promoter_is_asked_for_a_favour_once"),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True) | ~Q(wording=""), name="yes_to_a_favour_keeps_its_wording"
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True) | Q(declined_at__isnull=True), name="favour_is_granted_or_declined"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(agreed_at__isnull=False), name="only_a_yes_is_taken_back"
            ),
            models.CheckConstraint(
                condition=~Q(kind="quote") | Q(agreed_at__isnull=True) | Q(withdrawn_at__isnull=False) | ~Q(words=""),
                name="granted_quote_has_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.code}"

    @property
    def is_granted(self) -> bool:
        return self.agreed_at is not None and self.withdrawn_at is None


class PraiseQuerySet(models.QuerySet):
    def for_reader(self, person):
        """What is about this person, and what is about the teams this person works in."""
        return self.filter(Q(person=person) | Q(person__isnull=True, team__members=person)).distinct()


class Praise(models.Model):
    """Kind words on their way to whom they are about: a person where the customer or the event says so, else a team."""

    response = models.OneToOneField(
        "feedback.Response", models.CASCADE, related_name="praise", verbose_name=_("response")
    )
    team = models.ForeignKey(
        "surveys.Team", models.SET_NULL, null=True, blank=True, related_name="praise", verbose_name=_("team")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="praise",
        verbose_name=_("person"),
    )
    reason = models.CharField(_("why them"), max_length=200)
    routed_at = models.DateTimeField(_("routed at"))
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)

    objects = PraiseQuerySet.as_manager()

    class Meta:
        ordering = ["-routed_at", "-pk"]
        verbose_name = _("praise")
        verbose_name_plural = _("praise")
        constraints = [
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True) | Q(person__isnull=False), name="only_a_praised_person_sees_it_first"
            )
        ]
        indexes = [
            models.Index(fields=["person", "-routed_at"], name="praise_by_person"),
            models.Index(fields=["team", "-routed_at"], name="praise_by_team"),
        ]

    def __str__(self) -> str:
        return self.reason


class PraiseNotice(Outgoing):
    """The mail by which the praised person hears of it, alone or with the notices that are due at the same time."""

    praise = models.OneToOneField(Praise, models.CASCADE, related_name="notice", verbose_name=_("praise"))

    class Meta(Outgoing.Meta):
        ordering = ["-pk"]
        verbose_name = _("notice of praise")
        verbose_name_plural = _("notices of praise")

    def __str__(self) -> str:
        return str(self.praise)
