from math import isfinite

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loop.models.sla import Severity
from vocplatform.lib.models import Timestamped


class TriageRule(Timestamped):
    """When a response looks like this, somebody must act."""

    class Assignment(models.TextChoices):
        BY_LOAD = "by_load", _("whoever of the team has most room")
        IN_TURN = "in_turn", _("one after the other in the team")
        TEAM = "team", _("the team, nobody in person")
        PERSON = "person", _("a named person")
        ACCOUNT_OWNER = "account_owner", _("the customer's account owner")
        DATA_FIELD = "data_field", _("whom a field of the customer names")

    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveSmallIntegerField(
        _("position"), default=100, help_text=_("The first rule that fits opens the case.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    survey = models.ForeignKey(
        "surveys.Survey",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="triage_rules",
        verbose_name=_("only survey"),
    )
    touchpoint = models.ForeignKey(
        "surveys.Touchpoint",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="triage_rules",
        verbose_name=_("only touchpoint"),
    )
    severity = models.CharField(_("severity"), max_length=8, choices=Severity, default=Severity.NORMAL)
    team = models.ForeignKey(
        "surveys.Team",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="triage_rules",
        verbose_name=_("team"),
        help_text=_("Empty: the team that owns the touchpoint."),
    )
    assignment = models.CharField(_("goes to"), max_length=14, choices=Assignment, default=Assignment.BY_LOAD)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    field = models.CharField(
        _("field of the customer"),
        max_length=80,
        blank=True,
        help_text=_("Holds a user name or an e-mail address, for example branch_manager."),
    )
    skill = models.CharField(
        _("only who has the skill"),
        max_length=40,
        blank=True,
        help_text=_("As it stands in the staff profiles; empty: everybody. Nobody has it: the team is left to decide."),
    )
    sla_policy = models.ForeignKey(
        "loop.SlaPolicy", models.PROTECT, null=True, blank=True, related_name="rules", verbose_name=_("service level")
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("case rule")
        verbose_name_plural = _("case rules")
        constraints = [
            models.CheckConstraint(
                condition=~Q(assignment="data_field") | ~Q(field=""),
                name="rule_by_field_names_the_field",
                violation_error_message=_("Name the field of the customer that says who gets the case."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class TriageCondition(models.Model):
    """All conditions of a rule must hold; what is missing never matches."""

    class Operator(models.TextChoices):
        AT_MOST = "at_most", _("is at most")
        AT_LEAST = "at_least", _("is at least")
        IS = "is", _("is")
        IS_NOT = "is_not", _("is not")
        ONE_OF = "one_of", _("is one of (comma separated)")
        CONTAINS = "contains", _("contains")
        PRESENT = "present", _("is known")
        ABSENT = "absent", _("is not known")

    rule = models.ForeignKey(TriageRule, models.CASCADE, related_name="conditions", verbose_name=_("rule"))
    fact = models.CharField(
        _("fact"), max_length=80, help_text=_("For example nps, csat, ces, compound, label, touchpoint, customer.plan.")
    )
    operator = models.CharField(_("condition"), max_length=10, choices=Operator, default=Operator.AT_MOST)
    value = models.CharField(_("value"), max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")

    def __str__(self) -> str:
        return f"{self.fact} {self.get_operator_display()} {self.value}".strip()

    def clean(self) -> None:
        if not self.value.strip() and self.operator not in (self.Operator.PRESENT, self.Operator.ABSENT):
            raise ValidationError({"value": _("Enter the value to compare with.")})
        if self.operator in (self.Operator.AT_MOST, self.Operator.AT_LEAST) and not is_number(self.value):
            raise ValidationError({"value": _("“%(value)s” is not a number.") % {"value": self.value}})


def is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False


class LateOpening(models.Model):
    """A rule looks back at answers from before it was there: exactly those that somebody saw and confirmed, each once.

    `answers` holds the keys of the responses, of which the first `looked_at` are done.
    """

    rule = models.ForeignKey(TriageRule, models.CASCADE, related_name="late_openings", verbose_name=_("rule"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    answers = models.JSONField(_("answers"))
    looked_at = models.PositiveIntegerField(_("looked at"), default=0)
    opened = models.PositiveIntegerField(_("cases opened"), default=0)
    joined = models.PositiveIntegerField(_("answers put to an open case"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("late opening")
        verbose_name_plural = _("late openings")
        constraints = [
            models.UniqueConstraint(
                fields=["rule"], condition=Q(finished_at__isnull=True), name="rule_looks_back_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.asked_at:%Y-%m-%d %H:%M}"


class Triage(models.Model):
    """What was decided about one response, and why."""

    response = models.OneToOneField(
        "feedback.Response", models.CASCADE, related_name="triage", verbose_name=_("response")
    )
    rule = models.ForeignKey(TriageRule, models.SET_NULL, null=True, blank=True, verbose_name=_("rule"))
    case = models.ForeignKey(
        "loop.Case", models.SET_NULL, null=True, blank=True, related_name="triages", verbose_name=_("case")
    )
    reason = models.CharField(_("reason"), max_length=400)
    facts = models.JSONField(_("facts"), default=dict)
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now)

    class Meta:
        ordering = ["-decided_at"]
        verbose_name = _("triage")
        verbose_name_plural = _("triages")

    def __str__(self) -> str:
        return self.reason
