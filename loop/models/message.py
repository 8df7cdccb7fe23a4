from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loop.models.case import Case
from vocplatform.lib.models import Timestamped
from vocplatform.lib.outbox import Outgoing


class CannedReply(Timestamped):
    name = models.CharField(_("name"), max_length=100)
    locale = models.CharField(_("language"), max_length=12, default="en")
    subject = models.CharField(_("subject"), max_length=150)
    body = models.TextField(
        _("text"), help_text=_("{{ customer }}, {{ staff }}, {{ touchpoint }} and {{ code }} are filled in.")
    )
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        ordering = ["name", "locale"]
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")

    def __str__(self) -> str:
        return f"{self.name} ({self.locale})"


class Message(Outgoing):
    """One letter between staff and customer inside a case."""

    class Direction(models.TextChoices):
        OUT = "out", _("to the customer")
        IN = "in", _("from the customer")

    case = models.ForeignKey(Case, models.CASCADE, related_name="messages", verbose_name=_("case"))
    direction = models.CharField(_("direction"), max_length=3, choices=Direction, default=Direction.OUT)
    channel = models.CharField(_("channel"), max_length=8, default="email")
    address = models.CharField(_("address"), max_length=254, blank=True)
    subject = models.CharField(_("subject"), max_length=150)
    body = models.TextField(_("text"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("written by")
    )
    message_id = models.CharField(_("message id"), max_length=200, blank=True, db_index=True)

    class Meta(Outgoing.Meta):
        ordering = ["created_at", "pk"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")

    def __str__(self) -> str:
        return self.subject


class Notice(Outgoing):
    """A staff member must know; sent at least once."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("new case")
        ASSIGNED = "assigned", _("assigned to you")
        HANDED = "handed", _("handed to your team")
        ESCALATED = "escalated", _("overdue")
        REOPENED = "reopened", _("reopened")
        REPLIED = "replied", _("the customer answered")
        MENTIONED = "mentioned", _("you were mentioned")
        CALLBACK = "callback", _("the customer wants to be called")
        UNOWNED = "unowned", _("nobody owns it")
        INCIDENT = "incident", _("the incident behind it is resolved")

    case = models.ForeignKey(Case, models.CASCADE, related_name="notices", verbose_name=_("case"))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("recipient")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    dedup_key = models.CharField(max_length=80, editable=False)

    class Meta(Outgoing.Meta):
        ordering = ["-pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            *Outgoing.Meta.constraints,
            models.UniqueConstraint(fields=["case", "recipient", "dedup_key"], name="notice_once_per_news"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.case}"


class Recovery(Timestamped):
    """What the customer said about our answer: solved or not, and the scores before and after."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="recovery", verbose_name=_("case"))
    invitation = models.ForeignKey(
        "surveys.Invitation",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="recoveries",
        verbose_name=_("invitation"),
    )
    round = models.PositiveSmallIntegerField(_("round"), default=0)
    resolution_at = models.DateTimeField(_("asked about what was resolved at"), null=True, blank=True)
    asked_at = models.DateTimeField(_("asked at"), null=True, blank=True)
    not_asked_reason = models.CharField(_("why the customer was not asked"), max_length=200, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    solved = models.BooleanField(_("solved"), null=True, blank=True)
    metric = models.CharField(_("scale"), max_length=8, blank=True)
    first_number = models.SmallIntegerField(_("first score"), null=True, blank=True)
    later_number = models.SmallIntegerField(_("later score"), null=True, blank=True)
    later_response = models.ForeignKey(
        "feedback.Response", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("later response")
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("recovery")
        verbose_name_plural = _("recoveries")
        constraints = [
            models.CheckConstraint(
                condition=Q(solved__isnull=True) | Q(answered_at__isnull=False), name="recovery_answer_has_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case}"


class StaffProfile(Timestamped):
    class Rhythm(models.TextChoices):
        AT_ONCE = "at_once", _("at once")
        HOURLY = "hourly", _("gathered every hour")
        DAILY = "daily", _("gathered every morning")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="staff_profile", verbose_name=_("person")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    capacity = models.PositiveSmallIntegerField(_("open cases at most"), default=30)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    skills = models.JSONField(_("skills"), default=list, blank=True)
    absent_until = models.DateTimeField(_("absent until"), null=True, blank=True)
    wants_mail = models.BooleanField(_("wants mail"), default=True)
    mail_rhythm = models.CharField(
        _("mail comes"),
        max_length=8,
        choices=Rhythm,
        default=Rhythm.AT_ONCE,
        help_text=_("What is overdue or critical always comes at once."),
    )
    quiet_from = models.TimeField(
        _("no mail from"), null=True, blank=True, help_text=_("In the person's own time; only what is critical comes.")
    )
    quiet_until = models.TimeField(_("no mail until"), null=True, blank=True)

    class Meta:
        verbose_name = _("staff profile")
        verbose_name_plural = _("staff profiles")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="staff_quiet_hours_have_both_ends",
                violation_error_message=_("Quiet hours need a beginning and an end."),
            )
        ]

    def __str__(self) -> str:
        return str(self.user)
