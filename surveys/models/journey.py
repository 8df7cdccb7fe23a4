from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from vocplatform.lib.models import Timestamped


class Journey(Timestamped):
    class State(models.TextChoices):
        CURRENT = "current", _("as it is today")
        FUTURE = "future", _("as it should be")

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), unique=True)
    description = models.TextField(_("description"), blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.CURRENT)
    template_key = models.CharField(_("made from template"), max_length=40, blank=True, editable=False)
    follows = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="plans",
        verbose_name=_("is to follow"),
        help_text=_("The journey of today that this one is the plan for."),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("journey")
        verbose_name_plural = _("journeys")

    def __str__(self) -> str:
        return self.name


class Stage(models.Model):
    journey = models.ForeignKey(Journey, models.CASCADE, related_name="stages", verbose_name=_("journey"))
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("short name"))
    description = models.TextField(_("what the customer wants here"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0, db_index=True)

    class Meta:
        ordering = ["journey", "position", "pk"]
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        constraints = [models.UniqueConstraint(fields=["journey", "slug"], name="stage_once_per_journey")]

    def __str__(self) -> str:
        return self.name


class Touchpoint(Timestamped):
    class Where(models.TextChoices):
        WEB = "web", _("website")
        APP = "app", _("app")
        EMAIL = "email", _("e-mail")
        PHONE = "phone", _("phone")
        CHAT = "chat", _("chat")
        SOCIAL = "social", _("social media")
        PERSON = "person", _("in person")
        PRODUCT = "product", _("the product itself")
        DELIVERY = "delivery", _("delivery")
        POST = "post", _("post")

    class Coverage(models.TextChoices):
        MEASURED = "measured", _("measured")
        PLANNED = "planned", _("planned")
        NOT_MEASURED = "not_measured", _("not measured")

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="touchpoints", verbose_name=_("stage"))
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(
        _("short name"), max_length=80, unique=True, help_text=_("Events name the touchpoint by this word.")
    )
    event_name = models.CharField(
        _("name of the event"),
        max_length=200,
        blank=True,
        help_text=_(
            "What an analytics library (Segment, RudderStack) calls this moment, such as “Order Completed”. "
            "Empty: the short name alone."
        ),
    )
    channel = models.CharField(_("where it happens"), max_length=10, choices=Where, default=Where.WEB)
    owner_team = models.ForeignKey(
        "surveys.Team", models.SET_NULL, null=True, blank=True, related_name="touchpoints", verbose_name=_("owner team")
    )
    is_moment_of_truth = models.BooleanField(
        _("moment of truth"),
        default=False,
        help_text=_("Everybody is asked here, whatever share a rule samples; cases get the stricter clock."),
    )
    weight = models.DecimalField(
        _("weight"),
        max_digits=4,
        decimal_places=2,
        default=1,
        validators=[MinValueValidator(0), MaxValueValidator(10)],
        help_text=_("How much this moment counts in the journey, from 0 to 10."),
    )
    coverage = models.CharField(_("coverage"), max_length=12, choices=Coverage, default=Coverage.NOT_MEASURED)
    event_fields = models.JSONField(
        _("event attributes that are kept"),
        default=list,
        blank=True,
        help_text=_("A list of names. Empty: all, but e-mail addresses and card numbers in them are struck out."),
    )
    functional_need = models.CharField(_("functional need"), max_length=300, blank=True)
    emotional_need = models.CharField(_("emotional need"), max_length=300, blank=True)
    front_stage = models.CharField(_("front stage"), max_length=300, blank=True)
    back_stage = models.CharField(_("back stage"), max_length=300, blank=True)
    systems = models.CharField(_("systems"), max_length=300, blank=True)
    replaces = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("takes the place of"),
        help_text=_("In a journey as it should be: the touchpoint of today that this one changes. Empty: it is new."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0, db_index=True)

    class Meta:
        ordering = ["stage__journey", "stage__position", "position", "pk"]
        verbose_name = _("touchpoint")
        verbose_name_plural = _("touchpoints")
        constraints = [
            models.UniqueConstraint(
                Lower("event_name"),
                condition=~Q(event_name=""),
                name="event_name_leads_to_one_touchpoint",
                violation_error_message=_("Another touchpoint already listens to an event of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name
