from loop.models.case import Case, CaseEvent, Escalation, Status, WrongMove
from loop.models.contact import CallRequest, ReceivedMail, Ticket
from loop.models.deed import Deed, DeedKind, WrittenOnce
from loop.models.favour import Favour, Praise, PraiseNotice
from loop.models.inbox_view import InboxView
from loop.models.initiative import FeedbackLoop, Initiative, InitiativeChange, ReadOut
from loop.models.lists import ActionTaken, Cause, Outcome
from loop.models.message import CannedReply, Message, Notice, Recovery, StaffProfile
from loop.models.news import Announcement, NewsLetter
from loop.models.playbook import Arm, AuthorityLimit, Placement, Playbook, PlaybookStep
from loop.models.programme import Objective, ProgrammeStep, ReturnAssumptions
from loop.models.sla import BusinessCalendar, EscalationStep, Holiday, Severity, SlaPolicy, SlaTarget
from loop.models.tag import Tag
from loop.models.triage import LateOpening, Triage, TriageCondition, TriageRule
from loop.models.visit import CaseVisit
from loop.models.webhook import News, WebhookCall, WebhookEndpoint

__all__ = [
    "ActionTaken",
    "Announcement",
    "Arm",
    "AuthorityLimit",
    "BusinessCalendar",
    "CallRequest",
    "CannedReply",
    "Case",
    "CaseEvent",
    "CaseVisit",
    "Cause",
    "Deed",
    "DeedKind",
    "Escalation",
    "EscalationStep",
    "Favour",
    "FeedbackLoop",
    "Holiday",
    "InboxView",
    "Initiative",
    "InitiativeChange",
    "LateOpening",
    "Message",
    "News",
    "NewsLetter",
    "Notice",
    "Objective",
    "Outcome",
    "Placement",
    "Playbook",
    "PlaybookStep",
    "Praise",
    "PraiseNotice",
    "ProgrammeStep",
    "ReadOut",
    "ReceivedMail",
    "Recovery",
    "ReturnAssumptions",
    "Severity",
    "SlaPolicy",
    "SlaTarget",
    "StaffProfile",
    "Status",
    "Tag",
    "Ticket",
    "Triage",
    "TriageCondition",
    "TriageRule",
    "WebhookCall",
    "WebhookEndpoint",
    "WrittenOnce",
    "WrongMove",
]
