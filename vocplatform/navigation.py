"""The ways through the staff pages: one table, of which everybody sees what the own permissions open."""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Way:
    title: str | Promise
    icon: str
    url_name: str
    needs: str = ""
    key: str = ""  # g and this letter go there
    also: tuple[str, ...] = ()  # pages that belong to this way without being in the table

    def is_open_to(self, user: AbstractBaseUser) -> bool:
        if self.url_name.startswith("admin:") and not user.is_staff:
            return False
        return not self.needs or user.has_perm(self.needs)


CUSTOMERS = ("loop:customer", "loop:at_risk", "loop:first_days", "segments")


@dataclass(frozen=True, slots=True)
class ShownWay:
    title: str | Promise
    icon: str
    href: str
    key: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class ShownGroup:
    title: str | Promise
    ways: list[ShownWay]


KEEPING = (
    *("kept_figures", "kept_figure", "share_links", "share_link", "new_link", "new_view", "change_view"),
    *("exports", "new_export", "digests", "new_digest", "change_digest", "digest_preview"),
)
INITIATIVES = (
    *("loop:initiative", "loop:initiative_matrix", "loop:initiative_new", "loop:initiative_change", "loop:news"),
    *("loop:loops", "loop:loop_new", "loop:loop_change", "loop:lessons"),
)
OBJECTIVES = ("loop:objective", "loop:objective_new", "loop:objective_change")
PROGRAMME = ("loop:programme_return", "loop:programme_channels", "loop:programme_step")
MEASURES = ("measure", "facts", "comparisons", "questions", "alerts", "alert", "alert_act", "changes", "change_add")
WAYS: tuple[tuple[str | Promise, tuple[Way, ...]], ...] = (
    (
        "",
        (
            Way(_("Start"), "home", "home", key="h"),
            Way(_("Inbox"), "inbox", "loop:inbox", "loop.work_case", "i", ("loop:case", "loop:act")),
            Way(_("Customers"), "people", "loop:customers", "surveys.view_customer", "c", CUSTOMERS),
        ),
    ),
    (
        _("What customers say"),
        (
            Way(_("Dashboard"), "chart", "dashboard", "feedback.view_response", "d"),
            Way(_("Metrics"), "trend", "measures", "feedback.view_response", "m", MEASURES),
            Way(_("Journey"), "journey", "journey_map", "feedback.view_response", "j"),
            Way(
                _("Themes"),
                "note",
                "themes",
                "feedback.view_response",
                "t",
                ("theme", "theme_suggestions", "theme_decide"),
            ),
            Way(_("Drivers"), "target", "drivers", "feedback.view_response", also=("driver_study",)),
            Way(_("Responses"), "quote", "responses", "feedback.view_response", "r", ("response",)),
            Way(_("Saved and shared"), "link", "saved_views", "feedback.view_response", also=KEEPING),
            Way(
                _("Machine reading"),
                "target",
                "accuracy",
                "feedback.view_reading",
                also=("label_blind", "draw_sample", "comment", "correct_comment", "take_back_correction"),
            ),
        ),
    ),
    (
        _("What we change"),
        (
            Way(
                _("Effect"),
                "check",
                "loop:effect",
                "feedback.view_response",
                "e",
                ("loop:effect_causes", "loop:effect_fairness", "loop:effect_staffing"),
            ),
            Way(_("Initiatives"), "flag", "loop:initiatives", "loop.view_initiative", also=INITIATIVES),
            Way(
                _("Promoters"),
                "quote",
                "loop:promoters",
                "loop.view_favour",
                also=("loop:quotes", "loop:ask_favour"),
            ),
            Way(_("Praise"), "done", "loop:praise", "loop.view_praise"),
            Way(_("Objectives"), "target", "loop:objectives", "loop.view_objective", also=OBJECTIVES),
            Way(_("Programme"), "done", "loop:programme", "loop.view_objective", also=PROGRAMME),
            Way(_("Playbooks"), "book", "loop:playbooks", "loop.view_playbook", "p", ("loop:playbook",)),
        ),
    ),
    (
        _("Ask"),
        (
            Way(_("Surveys"), "form", "admin:surveys_survey_changelist", "surveys.change_survey", "s"),
            Way(_("Who is asked"), "bolt", "admin:surveys_triggerrule_changelist", "surveys.change_triggerrule"),
            Way(_("Why, why not"), "info", "admin:surveys_decision_changelist", "surveys.view_decision"),
        ),
    ),
    (
        _("Set up"),
        (
            Way(_("Case rules"), "filter", "admin:loop_triagerule_changelist", "loop.change_triagerule"),
            Way(_("Service levels"), "clock", "admin:loop_slapolicy_changelist", "loop.change_slapolicy"),
            Way(_("Canned replies"), "reply", "admin:loop_cannedreply_changelist", "loop.change_cannedreply"),
            Way(_("Administration"), "settings", "admin:index", "auth.view_user"),
        ),
    ),
)


def ways_of(request: HttpRequest) -> list[ShownGroup]:
    here = request.resolver_match.view_name if request.resolver_match else ""
    groups = [
        ShownGroup(title, [_shown(way, here) for way in ways if way.is_open_to(request.user)]) for title, ways in WAYS
    ]
    return [group for group in groups if group.ways]


def _shown(way: Way, here: str) -> ShownWay:
    return ShownWay(way.title, way.icon, reverse(way.url_name), way.key, here in (way.url_name, *way.also))
