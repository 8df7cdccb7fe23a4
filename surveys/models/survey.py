from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vocplatform.lib.models import Timestamped


def default_privacy_notice() -> str:
    """In the language of whoever starts the draft; the designer rewrites it for the customers."""
    return gettext(
        "We use your answers to improve our service and, where something went wrong, to put it right. "
        "Taking part is voluntary."
    )


class SurveyQuerySet(models.QuerySet):
    def with_draft(self):
        return self.prefetch_related("questions__choices", "questions__show_if_question", "texts")

    def live(self):
        return self.filter(live_version__isnull=False, closed_at__isnull=True)


class Survey(Timestamped):
    """A draft that is safe to edit; customers only ever see a frozen version of it."""

    class Purpose(models.TextChoices):
        CX = "cx", _("customer experience")
        RESEARCH = "research", _("research")
        RECOVERY = "recovery", _("after a case")

    class LegalBasis(models.TextChoices):
        """GDPR, Article 6: asking after a contact is a legitimate interest; whatever advertises needs a yes."""

        INTEREST = "interest", _("legitimate interest, unless the customer says no")
        CONSENT = "consent", _("consent, only after a yes")

    name = models.CharField(_("name"), max_length=120, help_text=_("For staff."))
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    purpose = models.CharField(
        _("purpose"),
        max_length=8,
        choices=Purpose,
        default=Purpose.CX,
        help_text=_("Research answers open no cases and are never used to contact anybody."),
    )
    legal_basis = models.CharField(
        _("legal basis"),
        max_length=8,
        choices=LegalBasis,
        default=LegalBasis.INTEREST,
        help_text=_(
            "With consent only those are written to who said yes to the channel. Frozen with each version, so every "
            "invitation keeps the basis it was sent on."
        ),
    )
    title = models.CharField(_("title"), max_length=200, help_text=_("What the customer reads at the top."))
    locale = models.CharField(_("language"), max_length=12, default="en")
    introduction = models.TextField(_("introduction"), blank=True)
    thanks_title = models.CharField(_("thank-you title"), max_length=200, blank=True)
    thanks_text = models.TextField(_("thank-you text"), blank=True)
    accent_colour = models.CharField(
        _("accent colour"),
        max_length=7,
        default="#0b5d66",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Enter a colour such as #0b5d66."))],
    )
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    privacy_notice = models.TextField(
        _("privacy notice"),
        blank=True,
        default=default_privacy_notice,
        help_text=_("What happens with the answers, in a sentence or two; customers read it above the button."),
    )
    link_valid_days = models.PositiveSmallIntegerField(
        _("link valid for (days)"), default=30, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    edit_window_hours = models.PositiveSmallIntegerField(_("answer may be changed for (hours)"), default=24)
    other_locales = models.JSONField(_("further languages"), default=list, blank=True, editable=False)
    rotation_percent = models.PositiveSmallIntegerField(
        _("share that gets a rotating question (%)"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Of each rotation slot such a share of people sees one question, and always the same one."),
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    live_version = models.ForeignKey(
        "surveys.SurveyVersion", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        permissions = [("publish_survey", _("Can publish surveys"))]

    def __str__(self) -> str:
        return self.name

    def is_open(self, now: datetime) -> bool:
        return self.closed_at is None or self.closed_at > now


class Question(models.Model):
    class Kind(models.TextChoices):
        NPS = "nps", _("recommendation 0–10 (NPS)")
        CSAT = "csat", _("satisfaction 1–5 (CSAT)")
        CES = "ces", _("ease 1–7 (CES 2.0)")
        RATING = "rating", _("rating 1–5")
        SINGLE = "single", _("one choice")
        MULTIPLE = "multiple", _("several choices")
        YES_NO = "yes_no", _("yes or no")
        TEXT = "text", _("text")

    class Operator(models.TextChoices):
        IS = "is", _("is")
        IS_NOT = "is_not", _("is not")
        AT_LEAST = "at_least", _("is at least")
        AT_MOST = "at_most", _("is at most")
        ANSWERED = "answered", _("was answered")
        NOT_ANSWERED = "not_answered", _("was not answered")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions", verbose_name=_("survey"))
    key = models.SlugField(
        _("key"), max_length=40, blank=True, help_text=_("Names this question in exports for ever; filled in for you.")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.NPS)
    text = models.CharField(_("question"), max_length=500)
    help_text = models.CharField(_("help"), max_length=300, blank=True)
    low_label = models.CharField(_("label of the lowest"), max_length=80, blank=True)
    high_label = models.CharField(_("label of the highest"), max_length=80, blank=True)
    is_required = models.BooleanField(_("required"), default=False)
    page = models.PositiveSmallIntegerField(_("page"), default=1, validators=[MinValueValidator(1)])
    position = models.PositiveSmallIntegerField(_("position"), default=0, db_index=True)
    rotation_slot = models.SlugField(
        _("rotation slot"),
        max_length=40,
        blank=True,
        db_index=False,
        help_text=_("Of all questions with the same word here one person sees one; leave it empty to ask everybody."),
    )
    show_if_question = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="shows", verbose_name=_("show only if")
    )
    show_if_operator = models.CharField(_("condition"), max_length=12, choices=Operator, blank=True)
    show_if_value = models.CharField(_("value"), max_length=100, blank=True)

    class Meta:
        ordering = ["survey", "position", "pk"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint(fields=["survey", "key"], name="question_key_once_per_survey"),
            models.CheckConstraint(
                condition=Q(show_if_question__isnull=True) | ~Q(show_if_operator=""),
                name="question_condition_names_its_operator",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Choice(models.Model):
    question = models.ForeignKey(Question, models.CASCADE, related_name="choices", verbose_name=_("question"))
    key = models.SlugField(_("key"), max_length=40, blank=True)
    text = models.CharField(_("text"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"), default=0, db_index=True)

    class Meta:
        ordering = ["question", "position", "pk"]
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        constraints = [models.UniqueConstraint(fields=["question", "key"], name="choice_key_once_per_question")]

    def __str__(self) -> str:
        return self.text
