from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loop.models.case import Case, Cause
from loop.models.deed import WrittenOnce
from loop.trial.verdict import Verdict
from vocplatform.lib.models import Timestamped

QUICK_IMPACT, QUICK_EFFORT = 4, 2
FIVE = [MinValueValidator(1), MaxValueValidator(5)]


class InitiativeQuerySet(models.QuerySet):
    def owed_a_read_out(self, today: date):
        """Registered, past the day on which we promised to look, and not looked at yet."""
        return self.filter(status=Initiative.Status.REGISTERED, read_out_on__lte=today).order_by("read_out_on", "pk")

    def quick_wins(self):
        return self.filter(impact__gte=QUICK_IMPACT, effort__lte=QUICK_EFFORT)

    def under_way(self):
        return self.exclude(status=Initiative.Status.DROPPED)

    def over(self):
        """Read out or dropped: there is something to be learned."""
        return self.filter(status__in=[Initiative.Status.READ_OUT, Initiative.Status.DROPPED])

    def about_the_same(self, initiative: "Initiative"):
        """Others at the same touchpoint, or about the same theme or cause."""
        same = Q(touchpoint=initiative.touchpoint_id) if initiative.touchpoint_id else Q()
        if initiative.theme_id:
            same |= Q(theme=initiative.theme_id)
        if initiative.cause_id:
            same |= Q(cause=initiative.cause_id)
        return self.filter(same).exclude(pk=initiative.pk) if same else self.none()

    def with_everyone(self):
        return self.select_related("touchpoint", "theme", "cause", "owner", "sponsor", "driver_study")


class Initiative(Timestamped):
    """Something that we change for customers, and what we expected of it before it went live.

    Once registered, what decides the verdict never changes: where, against what, which metric, which days.
    """

    class Kind(models.TextChoices):
        PROCESS = "process", _("process")
        TECHNOLOGY = "technology", _("technology")
        TRAINING = "training", _("training")
        WORDS = "words", _("words and information")
        PRODUCT = "product", _("product or price")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        REGISTERED = "registered", _("registered")
        READ_OUT = "read_out", _("read out")
        DROPPED = "dropped", _("dropped")

    class MetricKey(models.TextChoices):
        NPS = "nps", "NPS"
        CSAT = "csat", "CSAT"
        CES = "ces", "CES"

    FROZEN = ("touchpoint", "metric", "expected_change", "worth_finding", "go_live_on", "read_out_on", "controls")

    name = models.CharField(_("name"), max_length=120, unique=True)
    problem = models.TextField(_("what customers suffer from"))
    change = models.TextField(_("what we change"), blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PROCESS)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    touchpoint = models.ForeignKey(
        "surveys.Touchpoint",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="initiatives",
        verbose_name=_("touchpoint that is changed"),
    )
    controls = models.ManyToManyField(
        "surveys.Touchpoint",
        blank=True,
        related_name="initiatives_compared",
        verbose_name=_("touchpoints that stay as they are"),
        help_text=_(
            "What they do in the same weeks is taken off. Without any, the course before is carried on instead."
        ),
    )
    theme = models.ForeignKey(
        "feedback.Theme",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="initiatives",
        verbose_name=_("theme"),
        help_text=_("Who spoke of it may be told what was done."),
    )
    cause = models.ForeignKey(
        Cause, models.SET_NULL, null=True, blank=True, related_name="initiatives", verbose_name=_("cause of cases")
    )
    cases = models.ManyToManyField(Case, blank=True, related_name="initiatives", verbose_name=_("cases"))
    responses = models.ManyToManyField(
        "feedback.Response", blank=True, related_name="initiatives", verbose_name=_("responses")
    )
    driver_study = models.ForeignKey(
        "feedback.DriverStudy",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="initiatives",
        verbose_name=_("driver study"),
    )
    impact = models.PositiveSmallIntegerField(
        _("impact (1–5)"), default=3, validators=FIVE, help_text=_("5: many customers, or those who leave over it.")
    )
    effort = models.PositiveSmallIntegerField(
        _("effort (1–5)"), default=3, validators=FIVE, help_text=_("1: days. 5: a year, or several departments.")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="initiatives",
        verbose_name=_("owner"),
    )
    sponsor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("sponsor")
    )
    metric = models.CharField(_("metric"), max_length=4, choices=MetricKey, default=MetricKey.CSAT)
    expected_change = models.FloatField(
        _("change expected"),
        default=5.0,
        help_text=_("NPS in points, CSAT in points of its percentage, CES in points of its scale."),
    )
    worth_finding = models.FloatField(
        _("smallest change that would matter"),
        default=3.0,
        validators=[MinValueValidator(0.01)],
        help_text=_("An effect whose whole interval is smaller than this is called none."),
    )
    go_live_on = models.DateField(_("goes live on"), null=True, blank=True)
    read_out_on = models.DateField(_("we look on"), null=True, blank=True)
    registered_at = models.DateTimeField(_("registered at"), null=True, editable=False)
    lesson = models.TextField(
        _("what we learned"),
        blank=True,
        editable=False,
        help_text=_("For whoever tries something like it: what to do again, and what not."),
    )
    drop_reason = models.CharField(_("why it was dropped"), max_length=300, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        permissions = [("register_initiative", _("Can register and drop initiatives"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(impact__range=(1, 5), effort__range=(1, 5)), name="initiative_is_rated_from_one_to_five"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["registered", "read_out"])
                | Q(
                    registered_at__isnull=False,
                    touchpoint__isnull=False,
                    go_live_on__isnull=False,
                    read_out_on__isnull=False,
                ),
                name="registered_initiative_says_where_and_when",
            ),
            models.CheckConstraint(
                condition=Q(read_out_on__isnull=True) | Q(go_live_on__isnull=True) | Q(read_out_on__gt=F("go_live_on")),
                name="initiative_is_looked_at_after_it_went_live",
                violation_error_message=_("We look after it went live, not before."),
            ),
            models.CheckConstraint(
                condition=~Q(status="dropped") | ~Q(drop_reason=""), name="dropped_initiative_says_why"
            ),
            models.CheckConstraint(
                condition=Q(lesson="") | Q(status__in=["read_out", "dropped"]), name="lesson_is_learned_when_it_is_over"
            ),
            models.CheckConstraint(
                condition=Q(worth_finding__gt=0), name="initiative_effect_worth_finding_is_positive"
            ),
        ]
        indexes = [models.Index(fields=["status", "read_out_on"], name="initiative_by_read_out")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("loop:initiative", args=[self.pk])

    @property
    def is_quick_win(self) -> bool:
        return self.impact >= QUICK_IMPACT and self.effort <= QUICK_EFFORT

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_frozen(self) -> bool:
        return self.status in (self.Status.REGISTERED, self.Status.READ_OUT)

    @property
    def is_dropped(self) -> bool:
        return self.status == self.Status.DROPPED

    @property
    def is_over(self) -> bool:
        return self.status in (self.Status.READ_OUT, self.Status.DROPPED)

    def is_live(self, today: date) -> bool:
        return self.is_frozen and self.go_live_on <= today


class InitiativeChange(models.Model):
    """A line of an initiative's history; none is ever changed."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="history", verbose_name=_("initiative"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    note = models.CharField(_("what"), max_length=300)
    changes = models.JSONField(_("changes"), default=dict, blank=True)
    version = models.PositiveIntegerField(_("version"))

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("change of an initiative")
        verbose_name_plural = _("changes of initiatives")

    def __str__(self) -> str:
        return self.note

    def save(self, *args, **kwargs) -> None:
        if self.pk is not None:
            raise WrittenOnce
        super().save(*args, **kwargs)


class ReadOut(models.Model):
    """What came of an initiative, as it was on the day that was promised. Written once."""

    class Method(models.TextChoices):
        OTHERS = "others", _("against touchpoints that stayed as they were")
        PAST = "past", _("against its own course before")

    VERDICTS = [
        (Verdict.HELPED.value, _("helped")),
        (Verdict.HURT.value, _("hurt")),
        (Verdict.NO_LARGER.value, _("no effect larger than that")),
        (Verdict.CANNOT_TELL.value, _("cannot tell")),
    ]

    initiative = models.OneToOneField(Initiative, models.CASCADE, related_name="read_out", verbose_name=_("initiative"))
    made_at = models.DateTimeField(_("made at"))
    method = models.CharField(_("method"), max_length=6, choices=Method)
    verdict = models.CharField(_("verdict"), max_length=12, choices=VERDICTS)
    value = models.FloatField(_("effect"), null=True)
    low = models.FloatField(_("from"), null=True)
    high = models.FloatField(_("to"), null=True)
    weeks_before = models.PositiveSmallIntegerField(_("weeks before"))
    weeks_after = models.PositiveSmallIntegerField(_("weeks after"))
    answers = models.PositiveIntegerField(_("answers"))
    result = models.JSONField(_("result"), default=dict)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("read-out")
        verbose_name_plural = _("read-outs")
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="cannot_tell") | Q(value__isnull=False, low__isnull=False, high__isnull=False),
                name="read_out_that_tells_has_an_interval",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative}: {self.get_verdict_display()}"

    def save(self, *args, **kwargs) -> None:
        if self.pk is not None:
            raise WrittenOnce
        super().save(*args, **kwargs)


class FeedbackLoop(Timestamped):
    """Touchpoint, collect, improve, track: how far one problem has gone around is read off the rows it links."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    touchpoint = models.ForeignKey(
        "surveys.Touchpoint", models.PROTECT, related_name="feedback_loops", verbose_name=_("touchpoint")
    )
    survey = models.ForeignKey(
        "surveys.Survey",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="feedback_loops",
        verbose_name=_("survey that asks"),
    )
    initiative = models.ForeignKey(
        Initiative,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="feedback_loops",
        verbose_name=_("initiative that improves"),
    )
    opened_at = models.DateTimeField(_("opened at"), default=timezone.now, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["opened_at", "pk"]
        verbose_name = _("feedback loop")
        verbose_name_plural = _("feedback loops")

    def __str__(self) -> str:
        return self.name

    def age(self, *, closed_at: datetime | None, now: datetime) -> timedelta:
        return max((closed_at or now) - self.opened_at, timedelta(0))
