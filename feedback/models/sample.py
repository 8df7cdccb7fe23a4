from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback.models.reading import Reading


class BlindSample(models.Model):
    """Comments drawn by lot, for people to label without seeing what the machine made of them.

    The same seed over the same comments draws the same ones.
    """

    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("to"))
    drawn_from = models.PositiveIntegerField(_("comments to draw from"))
    seed = models.PositiveIntegerField(_("seed"))
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drawn by"))
    drawn_at = models.DateTimeField(_("drawn at"))

    class Meta:
        ordering = ["-drawn_at", "-pk"]
        verbose_name = _("blind sample")
        verbose_name_plural = _("blind samples")

    def __str__(self) -> str:
        return f"{self.drawn_at:%Y-%m-%d %H:%M}"


class BlindLabelQuerySet(models.QuerySet):
    def waiting(self):
        """In the order in which they were drawn, so that a sample labelled half way is still a random one."""
        return self.filter(labelled_at__isnull=True).order_by("sample_id", "place")

    def labelled(self):
        return self.filter(labelled_at__isnull=False).exclude(label="")


class BlindLabel(models.Model):
    """One drawn comment and what a person called it; no label beside a moment means that nobody could tell.

    It measures the machine and changes no figure.
    """

    sample = models.ForeignKey(BlindSample, models.CASCADE, related_name="labels", verbose_name=_("sample"))
    answer = models.OneToOneField(
        "feedback.Answer", models.CASCADE, related_name="blind_label", verbose_name=_("answer")
    )
    place = models.PositiveIntegerField(_("place"))
    label = models.CharField(_("label"), max_length=8, choices=Reading.Label, blank=True)
    labelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("labelled by"),
    )
    labelled_at = models.DateTimeField(_("labelled at"), null=True, blank=True)

    objects = BlindLabelQuerySet.as_manager()

    class Meta:
        ordering = ["sample", "place"]
        verbose_name = _("blind label")
        verbose_name_plural = _("blind labels")
        constraints = [
            models.UniqueConstraint(fields=["sample", "place"], name="blind_sample_has_each_place_once"),
            models.CheckConstraint(
                condition=Q(labelled_at__isnull=True, labelled_by__isnull=True, label="")
                | Q(labelled_at__isnull=False, labelled_by__isnull=False),
                name="blind_label_has_its_person_and_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["sample", "place"], condition=Q(labelled_at__isnull=True), name="blind_label_still_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.label}"
