from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loop.models.lists import ActionTaken, Cause, Outcome
from loop.models.sla import Severity
from loop.models.tag import Tag
from vocplatform.lib.models import PublicCode, Timestamped


class WrongMove(Exception):
    """The case cannot go from where it is to where it was sent."""


class Status(models.TextChoices):
    NEW = "new", _("new")
    ASSIGNED = "assigned", _("assigned")
    CONTACTED = "contacted", _("contacted")
    IN_PROGRESS = "in_progress", _("in progress")
    RESOLVED = "resolved", _("resolved")
    CONFIRMED = "confirmed", _("confirmed")
    UNREACHABLE = "unreachable", _("unreachable")
    DECLINED = "declined", _("declined")
    DUPLICATE = "duplicate", _("duplicate")
    REOPENED = "reopened", _("reopened")


OPEN = (Status.NEW, Status.ASSIGNED, Status.CONTACTED, Status.IN_PROGRESS, Status.REOPENED)
ENDS = {Status.UNREACHABLE, Status.DECLINED, Status.DUPLICATE}


class CaseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Managers see every case, agents those of their teams and their own, nobody else any."""
        if user.has_perm("loop.view_all_cases"):
            return self
        if not user.has_perm("loop.work_case"):
            return self.none()
        return self.filter(Q(owner=user) | Q(team__in=user.teams.values("pk")))

    def open(self):
        return self.filter(status__in=OPEN)

    def unassigned(self):
        return self.open().filter(owner__isnull=True)

    def breaching(self, before: datetime):
        """Open cases whose next clock runs out before this moment."""
        return self.open().filter(paused_at__isnull=True, next_due_at__lt=before)

    def back_from_snooze(self, now: datetime):
        return self.open().filter(snoozed_until__lte=now)

    def by_breach_risk(self):
        """What runs out first comes first; cases without a running clock come last."""
        return self.order_by(F("next_due_at").asc(nulls_last=True), "pk")

    def newest_first(self):
        return self.order_by("-opened_at", "-pk")

    def to_escalate(self, now: datetime):
        return self.open().filter(paused_at__isnull=True, escalate_at__lte=now).order_by("escalate_at")

    def owed_a_question(self, before: datetime):
        """Resolved cases whose customer was neither asked nor left unasked for a written reason since."""
        resolved = self.filter(status=Status.RESOLVED, resolved_at__lt=before)
        return resolved.exclude(recovery__resolution_at=F("resolved_at")).order_by("resolved_at")

    def like(self, playbook):
        """Cases that meet a playbook's conditions, whenever they were opened."""
        meets = Q(customer__isnull=False)
        touchpoints, causes = list(playbook.touchpoints.all()), list(playbook.causes.all())
        if playbook.severities:
            meets &= Q(severity__in=playbook.severities)
        if touchpoints:
            meets &= Q(touchpoint__in=touchpoints)
        if causes:
            meets &= Q(cause__in=causes) | Q(cause__parent__in=causes)
        return self.filter(meets)

    def fitting(self, playbook):
        """Open cases that may be drawn for this running playbook: each once, and each customer once per playbook."""
        drawn = playbook.placements.filter(customer__isnull=False).values("customer")
        fresh = self.open().filter(opened_at__gte=playbook.started_at, placement__isnull=True)
        return fresh.like(playbook).exclude(customer__in=drawn).order_by("opened_at", "pk")

    def awake(self, now: datetime):
        return self.filter(Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=now))


class Case(PublicCode, Timestamped):
    """Somebody was let down and somebody owes an answer."""

    Status = Status
    Severity = Severity
    OPEN = OPEN
    MOVES: dict[Status, set[Status]] = {
        Status.NEW: {Status.ASSIGNED, *ENDS},
        Status.ASSIGNED: {Status.NEW, Status.CONTACTED, *ENDS},
        Status.CONTACTED: {Status.IN_PROGRESS, Status.RESOLVED, *ENDS},
        Status.IN_PROGRESS: {Status.RESOLVED, *ENDS},
        Status.RESOLVED: {Status.CONFIRMED, Status.REOPENED},
        Status.CONFIRMED: {Status.REOPENED},
        Status.UNREACHABLE: {Status.REOPENED},
        Status.DECLINED: {Status.REOPENED},
        Status.DUPLICATE: {Status.REOPENED},
        Status.REOPENED: {Status.ASSIGNED, Status.CONTACTED, Status.IN_PROGRESS, Status.RESOLVED, *ENDS},
    }

    response = models.OneToOneField(
        "feedback.Response", models.SET_NULL, null=True, blank=True, related_name="case", verbose_name=_("response")
    )
    alert = models.OneToOneField(
        "feedback.Alert", models.SET_NULL, null=True, blank=True, related_name="case", verbose_name=_("alert")
    )
    customer = models.ForeignKey(
        "surveys.Customer", models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name=_("customer")
    )
    touchpoint = models.ForeignKey(
        "surveys.Touchpoint", models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name=_("touchpoint")
    )
    rule = models.ForeignKey(
        "loop.TriageRule", models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name=_("rule")
    )
    sla_policy = models.ForeignKey(
        "loop.SlaPolicy", models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("service level")
    )
    summary = models.CharField(_("summary"), max_length=200, blank=True)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity, default=Severity.NORMAL)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.NEW)
    team = models.ForeignKey(
        "surveys.Team", models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name=_("team")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name=_("owner")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    opened_at = models.DateTimeField(_("opened at"), default=timezone.now)
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    contacted_at = models.DateTimeField(_("first contact at"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    reopened_at = models.DateTimeField(_("reopened at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    acknowledge_due_at = models.DateTimeField(_("acknowledge by"), null=True, blank=True)
    contact_due_at = models.DateTimeField(_("contact by"), null=True, blank=True)
    resolve_due_at = models.DateTimeField(_("resolve by"), null=True, blank=True)
    confirm_due_at = models.DateTimeField(_("confirm by"), null=True, blank=True)
    next_due_at = models.DateTimeField(_("next clock ends"), null=True, blank=True)
    escalate_at = models.DateTimeField(_("next escalation at"), null=True, blank=True, editable=False)
    paused_at = models.DateTimeField(_("clock stopped at"), null=True, blank=True)
    pause_reason = models.CharField(_("why the clock is stopped"), max_length=200, blank=True)
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)
    awaits_reply = models.BooleanField(_("snoozed until the customer replies"), default=False, editable=False)

    cause = models.ForeignKey(
        Cause, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("root cause")
    )
    action = models.ForeignKey(
        ActionTaken, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("action taken")
    )
    outcome = models.ForeignKey(
        Outcome, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("outcome")
    )
    outcome_note = models.CharField(_("how it ended"), max_length=300, blank=True, db_column="outcome")
    duplicate_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="duplicates", verbose_name=_("duplicate of")
    )
    incident = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="affected", verbose_name=_("incident")
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="cases", verbose_name=_("tags"))
    external_ref = models.CharField(_("ticket number elsewhere"), max_length=120, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        permissions = [
            ("work_case", _("Can work cases")),
            ("assign_case", _("Can assign cases to others")),
            ("view_all_cases", _("Can see the cases of all teams")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=["resolved", "confirmed"]) | Q(cause__isnull=False),
                name="resolved_case_has_a_cause",
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed") | Q(confirmed_at__isnull=False), name="confirmed_case_has_a_time"
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of__isnull=True) | ~Q(duplicate_of=F("id")), name="case_is_not_its_own_twin"
            ),
            models.CheckConstraint(
                condition=Q(incident__isnull=True) | ~Q(incident=F("id")), name="case_is_not_its_own_incident"
            ),
            models.CheckConstraint(
                condition=Q(awaits_reply=False) | Q(snoozed_until__isnull=False), name="who_awaits_a_reply_is_snoozed"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "next_due_at"], name="case_by_next_clock"),
            # the inbox reads open cases in this order and stops after a page, however many have ended
            models.Index(fields=["next_due_at", "id"], condition=Q(status__in=OPEN), name="open_case_by_next_clock"),
            models.Index(fields=["-opened_at", "-id"], name="case_newest_first"),
            models.Index(fields=["escalate_at"], condition=Q(escalate_at__isnull=False), name="case_to_escalate"),
            models.Index(fields=["owner", "status", "next_due_at"], name="case_by_owner"),
            models.Index(fields=["team", "status", "next_due_at"], name="case_by_team"),
            models.Index(fields=["customer", "-opened_at"], name="case_by_customer"),
            models.Index(fields=["touchpoint", "-opened_at"], name="case_by_touchpoint"),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("loop:case", kwargs={"code": self.code})

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def wake(self, now: datetime) -> None:
        """Something came that the nap was to wait for: the case is back from now on."""
        if self.snoozed_until is not None and self.snoozed_until > now:
            self.snoozed_until = now
        self.awaits_reply = False

    def move(self, goes_to: Status) -> Status:
        """Set the new status and return the old one. Raises WrongMove when MOVES does not allow it."""
        came_from = Status(self.status)
        if goes_to not in self.MOVES[came_from]:
            raise WrongMove(self._what_comes_first(came_from, Status(goes_to)))
        self.status = goes_to
        return came_from

    def _what_comes_first(self, came_from: Status, goes_to: Status) -> str:
        if goes_to is Status.RESOLVED and self.is_open:
            return str(_("A case is resolved after somebody has reached the customer: note the contact first."))
        return _("A case that is “%(now)s” cannot become “%(then)s”.") % {"now": came_from.label, "then": goes_to.label}


class CaseEvent(models.Model):
    """One line of a case's history; written once, in the transaction of what it tells."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("opened")
        MOVED = "moved", _("moved")
        ASSIGNED = "assigned", _("assigned")
        CONTACT = "contact", _("contact attempt")
        NOTE = "note", _("note")
        MESSAGE = "message", _("message")
        PAUSED = "paused", _("clock stopped")
        RESUMED = "resumed", _("clock started again")
        SNOOZED = "snoozed", _("snoozed")
        ESCALATED = "escalated", _("escalated")
        RECOVERY = "recovery", _("customer asked")
        CHANGED = "changed", _("changed")

    case = models.ForeignKey(Case, models.CASCADE, related_name="history", verbose_name=_("case"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    came_from = models.CharField(_("from"), max_length=12, blank=True)
    went_to = models.CharField(_("to"), max_length=12, blank=True)
    note = models.TextField(_("note"), blank=True)
    changes = models.JSONField(_("changes"), default=dict, blank=True)
    version = models.PositiveIntegerField(_("version of the case"), default=0, editable=False)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("history line")
        verbose_name_plural = _("history")
        indexes = [models.Index(fields=["case", "at"], name="history_by_case")]

    def __str__(self) -> str:
        return f"{self.kind} {self.note}".strip()


class Escalation(models.Model):
    """A clock ran out; each level is raised once per case and round."""

    class Clock(models.TextChoices):
        ACKNOWLEDGE = "acknowledge", _("acknowledge")
        CONTACT = "contact", _("first contact")
        RESOLVE = "resolve", _("resolve")
        CONFIRM = "confirm", _("confirm")

    case = models.ForeignKey(Case, models.CASCADE, related_name="escalations", verbose_name=_("case"))
    clock = models.CharField(_("clock"), max_length=12, choices=Clock)
    level = models.PositiveSmallIntegerField(_("level"), default=1)
    due_at = models.DateTimeField(_("was due at"))
    raised_at = models.DateTimeField(_("raised at"), default=timezone.now)

    class Meta:
        ordering = ["-raised_at"]
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "clock", "level", "due_at"], name="escalated_once_per_clock_and_level"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.clock} {self.level}"
