"""Who may do what: five groups, kept in step with this table by `manage.py sync_roles` and at every migration."""

from django.utils.translation import gettext_lazy as _

DESIGN = [
    *(
        f"surveys.{verb}_{model}"
        for verb in ("view", "add", "change", "delete")
        for model in (
            "journey",
            "stage",
            "touchpoint",
            "survey",
            "question",
            "choice",
            "triggerrule",
            "triggercondition",
            "collectionlink",
        )
    ),
    "surveys.publish_survey",
    "surveys.view_surveyversion",
    "surveys.view_team",
    "surveys.view_decision",
    "surveys.view_touchpointevent",
    "surveys.view_contactpolicy",
    "surveys.change_contactpolicy",
]
READ_FEEDBACK = [
    "feedback.view_response",
    "feedback.view_answer",
    "feedback.view_reading",
    "feedback.view_rollup",
    "feedback.view_theme",
    "feedback.view_themerule",
    "feedback.view_themesuggestion",
    "surveys.view_survey",
    "surveys.view_surveyversion",
    "surveys.view_touchpoint",
    "surveys.view_journey",
    "feedback.add_keptfigure",
    "feedback.add_savedview",
]
ANALYSE = [
    *READ_FEEDBACK,
    "feedback.add_driverstudy",
    *(
        f"feedback.{verb}_{model}"
        for verb in ("view", "add", "change", "delete")
        for model in ("segment", "segmentcondition")
    ),
    *(f"feedback.{verb}_churndefinition" for verb in ("view", "change")),
    "feedback.add_loggedchange",
    "feedback.work_investigation",
    "feedback.export_response",
    "feedback.add_sharelink",
    "feedback.add_correction",
    "surveys.view_customer",
    "surveys.view_decision",
    "surveys.view_touchpointevent",
    "loop.view_playbook",
    *(f"loop.{verb}_initiative" for verb in ("view", "add", "change")),
    "loop.view_objective",
    "loop.view_favour",
    "loop.view_praise",
]
METRICS = [
    "feedback.view_metricdefinition",
    "feedback.change_metricdefinition",
    *(
        f"feedback.{verb}_{model}"
        for verb in ("view", "add", "change", "delete")
        for model in ("benchmark", "loggedchange", "factrule")
    ),
    "feedback.work_investigation",
]
WORK = [
    *READ_FEEDBACK,
    "loop.view_case",
    "loop.work_case",
    "loop.view_caseevent",
    "loop.add_message",
    "loop.view_message",
    "loop.view_cannedreply",
    "loop.view_praise",
    "feedback.add_correction",
    "surveys.view_customer",
]
MANAGE = [
    *WORK,
    *ANALYSE,
    *METRICS,
    "loop.assign_case",
    "loop.view_all_cases",
    "feedback.set_first_view",
    *(
        f"loop.{verb}_{model}"
        for verb in ("view", "add", "change", "delete")
        for model in (
            "triagerule",
            "triagecondition",
            "tag",
            "cause",
            "actiontaken",
            "outcome",
            "cannedreply",
            "businesscalendar",
            "holiday",
            "slapolicy",
            "slatarget",
            "escalationstep",
            "staffprofile",
            "playbook",
            "playbookstep",
            "arm",
            "authoritylimit",
        )
    ),
    "loop.run_playbook",
    "loop.register_initiative",
    "loop.change_announcement",
    "loop.send_news",
    "loop.ask_favour",
    *(f"loop.{verb}_objective" for verb in ("add", "change")),
    *(f"loop.change_{model}" for model in ("programmestep", "returnassumptions")),
    "loop.view_placement",
    "loop.view_deed",
    *(f"feedback.{verb}_{model}" for verb in ("add", "change", "delete") for model in ("theme", "themerule")),
    "feedback.change_themesuggestion",
    "surveys.view_team",
    "surveys.change_team",
    "surveys.view_suppression",
    "surveys.view_invitation",
    "surveys.view_delivery",
]

ROLES: dict[str, list[str] | None] = {
    "designer": DESIGN,
    "analyst": ANALYSE,
    "agent": WORK,
    "manager": MANAGE,
    "admin": None,  # everything of our own apps and of users
}

LABELS = {
    "designer": _("Designs surveys and decides who is asked"),
    "analyst": _("Reads answers and numbers"),
    "agent": _("Works the cases of the own teams"),
    "manager": _("Leads teams, rules and service levels"),
    "admin": _("Everything"),
}
OWN_APPS = ("surveys", "feedback", "loop", "vocplatform", "auth", "axes")
