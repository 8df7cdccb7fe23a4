from loop.models.case import ActionTaken, Case, CaseEvent, Cause, Escalation, Status, WrongMove
from loop.models.message import CannedReply, Message, Notice, Recovery, StaffProfile
from loop.models.sla import BusinessCalendar, EscalationStep, Holiday, Severity, SlaPolicy, SlaTarget
from loop.models.triage import Triage, TriageCondition, TriageRule
from loop.models.visit import CaseVisit

__all__ = [
    "ActionTaken",
    "BusinessCalendar",
    "CannedReply",
    "Case",
    "CaseEvent",
    "CaseVisit",
    "Cause",
    "Escalation",
    "EscalationStep",
    "Holiday",
    "Message",
    "Notice",
    "Recovery",
    "Severity",
    "SlaPolicy",
    "SlaTarget",
    "StaffProfile",
    "Status",
    "Triage",
    "TriageCondition",
    "TriageRule",
    "WrongMove",
]
