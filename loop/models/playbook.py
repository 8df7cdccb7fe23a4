from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loop.models.case import Case
from loop.models.deed import DeedKind
from vocplatform.lib.models import Timestamped


class PlaybookQuerySet(models.QuerySet):
    def running(self):
        return self.filter(status=Playbook.Status.RUNNING)

    def with_arms(self):
        return self.prefetch_related("arms__reply", "causes", "touchpoints")


class Playbook(Timestamped):
    """What may be done about a kind of case, and which of the permitted ways works best.

    Once started nothing that decides the draw or the readout changes; a playbook that was stopped stays stopped.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        RUNNING = "running", _("running")
        STOPPED = "stopped", _("stopped")

    class ScoreKind(models.TextChoices):
        CSAT = "csat", "CSAT"
        NPS = "nps", "NPS"
        CES = "ces", "CES"

    name = models.CharField(_("name"), max_length=120, unique=True)
    purpose = models.TextField(
        _("purpose"),
        blank=True,
        help_text=_("What we want to learn and why the customers of every arm are well served. Shown on each case."),
    )
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.DRAFT, editable=False)
    position = models.PositiveSmallIntegerField(
        _("position"), default=100, help_text=_("A case belongs to the first running playbook that fits.")
    )
    causes = models.ManyToManyField(
        "loop.Cause",
        blank=True,
        related_name="playbooks",
        verbose_name=_("only these causes"),
        help_text=_(
            "Empty: any. Otherwise a case waits until somebody names its cause. An upper cause takes in its own."
        ),
    )
    touchpoints = models.ManyToManyField(
        "surveys.Touchpoint", blank=True, related_name="playbooks", verbose_name=_("only these touchpoints")
    )
    severities = models.JSONField(_("only these severities"), default=list, blank=True)
    high_value_from = models.DecimalField(
        _("high value from"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Customers worth this much a year or more are drawn among themselves. Empty: all together."),
    )
    score_kind = models.CharField(_("next score"), max_length=4, choices=ScoreKind, default=ScoreKind.CSAT)
    outcome_days = models.PositiveSmallIntegerField(
        _("days until we look"),
        default=30,
        help_text=_("A case counts as solved when the customer has confirmed it this many days after the draw."),
    )
    usual_percent = models.PositiveSmallIntegerField(
        _("usually confirmed (%)"), default=25, help_text=_("What you expect without a change, of 100 cases.")
    )
    difference_points = models.PositiveSmallIntegerField(
        _("difference worth finding (points)"),
        default=10,
        help_text=_("25 to 35 % needs 326 cases in each arm, 25 to 40 % needs 150."),
    )
    planned_per_arm = models.PositiveIntegerField(_("cases planned in each arm"), null=True, editable=False)
    seed = models.CharField(max_length=64, blank=True, editable=False)
    started_at = models.DateTimeField(_("started at"), null=True, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("started by"),
    )
    stopped_at = models.DateTimeField(_("stopped at"), null=True, editable=False)
    stop_reason = models.CharField(_("why it was stopped"), max_length=300, blank=True, editable=False)

    objects = PlaybookQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("playbook")
        verbose_name_plural = _("playbooks")
        permissions = [("run_playbook", _("Can start and stop playbooks"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(started_at__isnull=False, planned_per_arm__isnull=False) & ~Q(seed="") & ~Q(purpose=""),
                name="started_playbook_has_purpose_plan_and_seed",
            ),
            models.CheckConstraint(
                condition=~Q(status="stopped") | Q(stopped_at__isnull=False) & ~Q(stop_reason=""),
                name="stopped_playbook_has_time_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(usual_percent__gte=1, usual_percent__lte=98, difference_points__gte=1)
                & Q(usual_percent__lte=99 - models.F("difference_points")),
                name="playbook_plans_for_shares_below_one",
                violation_error_message=_("The usual share and the difference must add up to less than 100."),
            ),
            models.CheckConstraint(condition=Q(outcome_days__gte=1), name="playbook_looks_after_a_day_at_least"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("loop:playbook", args=[self.pk])

    @property
    def is_running(self) -> bool:
        return self.status == self.Status.RUNNING


class PlaybookStep(models.Model):
    """What is done in every case, whatever the draw says."""

    playbook = models.ForeignKey(Playbook, models.CASCADE, related_name="steps", verbose_name=_("playbook"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text = models.CharField(_("step"), max_length=300)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self) -> str:
        return self.text


class ArmQuerySet(models.QuerySet):
    def drawn(self):
        """What chance may choose. Who is owed something gets it without a draw."""
        return self.filter(is_owed=False)


class Arm(models.Model):
    """One permitted way to go about a case."""

    playbook = models.ForeignKey(Playbook, models.CASCADE, related_name="arms", verbose_name=_("playbook"))
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=DeedKind, default=DeedKind.CALL)
    text = models.TextField(_("what to do"), help_text=_("Shown to whoever works the case."))
    reply = models.ForeignKey(
        "loop.CannedReply", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("canned reply")
    )
    max_amount = models.DecimalField(
        _("goodwill up to"), max_digits=10, decimal_places=2, null=True, blank=True, help_text=_("For each case.")
    )
    is_comparison = models.BooleanField(
        _("compare with this one"),
        default=False,
        help_text=_("What is done today; every other arm is measured against it."),
    )
    is_owed = models.BooleanField(
        _("owed"),
        default=False,
        help_text=_("A refund, safety or a legal duty: given to whom it is owed, never drawn by lot."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = ArmQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("arm")
        verbose_name_plural = _("arms")
        constraints = [
            models.UniqueConstraint(fields=["playbook", "name"], name="arm_once_per_playbook"),
            models.UniqueConstraint(
                fields=["playbook"],
                condition=Q(is_comparison=True),
                name="playbook_compares_with_one_arm",
                violation_error_message=_("Only one arm can be the one that the others are compared with."),
            ),
            models.CheckConstraint(
                condition=Q(is_owed=False) | Q(is_comparison=False),
                name="what_is_owed_is_not_compared",
            ),
            models.CheckConstraint(
                condition=~Q(kind=DeedKind.GOODWILL) | Q(is_owed=True) | Q(max_amount__isnull=False, max_amount__gt=0),
                name="goodwill_arm_has_a_limit",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.is_owed and self.is_comparison:
            raise ValidationError({"is_owed": _("What is owed takes no part in a comparison.")})
        if self.kind == DeedKind.GOODWILL and not self.is_owed and not self.max_amount:
            raise ValidationError({"max_amount": _("Say up to which amount goodwill may be given.")})


class PlacementQuerySet(models.QuerySet):
    def drawn(self):
        return self.filter(arm__isnull=False)


class Placement(models.Model):
    """A case in a playbook: the arm that was drawn for it, or why it was left out before the draw.

    What was drawn never changes: where staff do something else, `given_arm` says so, and the case counts as drawn.
    """

    playbook = models.ForeignKey(Playbook, models.PROTECT, related_name="placements", verbose_name=_("playbook"))
    case = models.OneToOneField(Case, models.CASCADE, related_name="placement", verbose_name=_("case"))
    customer = models.ForeignKey(
        "surveys.Customer", models.SET_NULL, null=True, related_name="placements", verbose_name=_("customer")
    )
    arm = models.ForeignKey(Arm, models.PROTECT, null=True, related_name="placements", verbose_name=_("arm"))
    stratum = models.CharField(_("stratum"), max_length=80, blank=True)
    turn = models.PositiveIntegerField(_("turn in the stratum"), null=True)
    placed_at = models.DateTimeField(_("drawn at"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=400)
    given_arm = models.ForeignKey(
        Arm, models.PROTECT, null=True, related_name="given_instead", verbose_name=_("done instead")
    )
    override_reason = models.CharField(_("why something else"), max_length=300, blank=True)
    overridden_at = models.DateTimeField(_("changed at"), null=True)
    opted_out_at = models.DateTimeField(_("left out at"), null=True)
    opt_out_reason = models.CharField(_("why left out"), max_length=300, blank=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        ordering = ["placed_at", "pk"]
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = [
            models.UniqueConstraint(fields=["playbook", "customer"], name="customer_is_drawn_once_per_playbook"),
            models.UniqueConstraint(fields=["playbook", "stratum", "turn"], name="turn_is_drawn_once_per_stratum"),
            models.CheckConstraint(
                condition=Q(arm__isnull=False, turn__isnull=False) | Q(opted_out_at__isnull=False),
                name="placement_is_drawn_or_left_out",
            ),
            models.CheckConstraint(
                condition=Q(given_arm__isnull=True) | Q(overridden_at__isnull=False) & ~Q(override_reason=""),
                name="what_is_done_instead_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(opted_out_at__isnull=True) | ~Q(opt_out_reason=""), name="who_is_left_out_has_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["playbook", "placed_at"], name="placement_in_order")]

    def __str__(self) -> str:
        return f"{self.case}: {self.arm or self.opt_out_reason}"

    @property
    def arm_in_force(self) -> Arm | None:
        """What staff are asked to do now; None for a case that was left out."""
        if self.opted_out_at is not None:
            return None
        return self.given_arm or self.arm


class AuthorityLimit(models.Model):
    """How much goodwill people of a role may give for one case on their own."""

    role = models.OneToOneField("auth.Group", models.CASCADE, related_name="authority_limit", verbose_name=_("role"))
    amount = models.DecimalField(_("up to"), max_digits=10, decimal_places=2)

    class Meta:
        ordering = ["amount"]
        verbose_name = _("authority limit")
        verbose_name_plural = _("authority limits")
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="authority_limit_is_not_negative")]

    def __str__(self) -> str:
        return f"{self.role}: {self.amount}"
