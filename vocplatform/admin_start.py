"""The first page of the admin: how far the loop is set up, and what comes next."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loop.models import SlaPolicy, TriageRule
from surveys.models import CollectionLink, ContactPolicy, Source, Survey, Team, Touchpoint, TouchpointEvent, TriggerRule


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that must be there before the loop closes."""

    title: str | Promise
    why: str | Promise
    count: int
    url: str
    permission: str

    @property
    def is_done(self) -> bool:
        return self.count > 0


def start_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    steps = [step for step in _steps() if request.user.has_perm(step.permission)]
    return context | {
        "steps": steps,
        "next_step": next((step for step in steps if not step.is_done), None),
        "done": sum(1 for step in steps if step.is_done),
    }


def _steps() -> list[Step]:
    return [
        Step(
            _("A journey with touchpoints"),
            _("Where do customers meet you? Everything else hangs on a touchpoint."),
            Touchpoint.objects.count(),
            reverse("admin:surveys_journey_changelist"),
            "surveys.change_touchpoint",
        ),
        Step(
            _("Teams with members"),
            _("Whom does a case go to?"),
            Team.objects.filter(members__isnull=False).distinct().count(),
            reverse("admin:surveys_team_changelist"),
            "surveys.change_team",
        ),
        Step(
            _("A published survey"),
            _("Begin with a template; it is a draft until you publish it."),
            Survey.objects.live().count(),
            reverse("admin:surveys_survey_from_template"),
            "surveys.change_survey",
        ),
        Step(
            _("A contact policy in force"),
            _("How often may one person be asked? Without one the built-in limits hold."),
            ContactPolicy.objects.filter(is_default=True).count(),
            reverse("admin:surveys_contactpolicy_changelist"),
            "surveys.change_contactpolicy",
        ),
        Step(
            _("An active trigger rule, or an open link"),
            _("Who is asked after what, and where does a QR code hang?"),
            TriggerRule.objects.filter(is_active=True).count() + CollectionLink.objects.filter(is_open=True).count(),
            reverse("admin:surveys_triggerrule_changelist"),
            "surveys.change_triggerrule",
        ),
        Step(
            _("A source with a key"),
            _("Which of your systems tells us what happened?"),
            Source.objects.filter(keys__revoked_at__isnull=True, keys__isnull=False).distinct().count(),
            reverse("admin:surveys_source_changelist"),
            "surveys.change_source",
        ),
        Step(
            _("The first event"),
            _("Has anything arrived yet?"),
            TouchpointEvent.objects.order_by()[:1].count(),
            reverse("admin:surveys_touchpointevent_changelist"),
            "surveys.change_triggerrule",
        ),
        Step(
            _("A service level"),
            _("How soon must somebody answer an unhappy customer?"),
            SlaPolicy.objects.filter(targets__isnull=False).distinct().count(),
            reverse("admin:loop_slapolicy_changelist"),
            "loop.change_slapolicy",
        ),
        Step(
            _("An active case rule"),
            _("When must somebody act?"),
            TriageRule.objects.filter(is_active=True).count(),
            reverse("admin:loop_triagerule_changelist"),
            "loop.change_triagerule",
        ),
    ]
