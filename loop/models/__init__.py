from loop.models.case import ActionTaken, Case, CaseEvent, Cause, Escalation, Status, WrongMove
from loop.models.deed import Deed, DeedKind, WrittenOnce
from loop.models.initiative import FeedbackLoop, Initiative, InitiativeChange, ReadOut
from loop.models.message import CannedReply, Message, Notice, Recovery, StaffProfile
from loop.models.playbook import Arm, AuthorityLimit, Placement, Playbook, PlaybookStep
from loop.models.programme import Objective, ProgrammeStep, ReturnAssumptions
from loop.models.sla import BusinessCalendar, EscalationStep, Holiday, Severity, SlaPolicy, SlaTarget
from loop.models.triage import Triage, TriageCondition, TriageRule
from loop.models.visit import CaseVisit

__all__ = [
    "ActionTaken",
    "Arm",
    "AuthorityLimit",
    "BusinessCalendar",
    "CannedReply",
    "Case",
    "CaseEvent",
    "CaseVisit",
    "Cause",
    "Deed",
    "DeedKind",
    "Escalation",
    "EscalationStep",
    "FeedbackLoop",
    "Holiday",
    "Initiative",
    "InitiativeChange",
    "Message",
    "Notice",
    "Objective",
    "Placement",
    "Playbook",
    "PlaybookStep",
    "ProgrammeStep",
    "ReadOut",
    "Recovery",
    "ReturnAssumptions",
    "Severity",
    "SlaPolicy",
    "SlaTarget",
    "StaffProfile",
    "Status",
    "Triage",
    "TriageCondition",
    "TriageRule",
    "WrittenOnce",
    "WrongMove",
]
