from surveys.models.channel import AddressChannel, Channel
from surveys.models.customer import AddressConflict, Consent, Customer, CustomerAddress, Suppression
from surveys.models.decision import Decision
from surveys.models.delivery import Delivery, DeliveryReport
from surveys.models.discarded import Discarded
from surveys.models.event import RejectedEvent, TouchpointEvent
from surveys.models.imports import ImportRun
from surveys.models.invitation import CollectionLink, Invitation
from surveys.models.journey import Journey, Stage, Touchpoint
from surveys.models.policy import ContactPolicy
from surveys.models.source import ApiKey, Source
from surveys.models.survey import Choice, Question, Survey
from surveys.models.team import Team
from surveys.models.text import SurveyText
from surveys.models.trigger import TriggerCondition, TriggerRule
from surveys.models.version import FrozenRow, SurveyVersion

__all__ = [
    "AddressChannel",
    "AddressConflict",
    "ApiKey",
    "Channel",
    "Choice",
    "CollectionLink",
    "Consent",
    "ContactPolicy",
    "Customer",
    "CustomerAddress",
    "Decision",
    "Delivery",
    "DeliveryReport",
    "Discarded",
    "FrozenRow",
    "ImportRun",
    "Invitation",
    "Journey",
    "Question",
    "RejectedEvent",
    "Source",
    "Stage",
    "Suppression",
    "Survey",
    "SurveyText",
    "SurveyVersion",
    "Team",
    "Touchpoint",
    "TouchpointEvent",
    "TriggerCondition",
    "TriggerRule",
]
