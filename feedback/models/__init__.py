from feedback.models.alert import AlarmRate, Alert, ControlReading, Investigation, InvestigationEntry
from feedback.models.batch import ScoringBatch
from feedback.models.change import LoggedChange
from feedback.models.churn import ChurnDefinition, ChurnModel
from feedback.models.customer import CustomerProfile, HealthSnapshot
from feedback.models.digest import Digest, DigestPlan
from feedback.models.driver import DriverStudy
from feedback.models.export import Export
from feedback.models.fact import Fact, FactKind, FactRule
from feedback.models.kept import KeptFigure
from feedback.models.metric import Benchmark, MetricDefinition
from feedback.models.reading import Conflict, Correction, Reading
from feedback.models.response import Answer, AnswerRevision, Response, SetAsideAnswer
from feedback.models.rollup import (
    ChoiceRollup,
    CommentRollup,
    DirtyBucket,
    Recount,
    Rollup,
    SegmentChoiceRollup,
    SegmentRollup,
    SegmentTraffic,
    TrafficRollup,
)
from feedback.models.sample import BlindLabel, BlindSample
from feedback.models.segment import Segment, SegmentCondition, SegmentMember
from feedback.models.shared import SavedView, SharedPage, ShareLink, ShareOpening
from feedback.models.standing import Standing
from feedback.models.theme import Taxonomy, Theme, ThemeMention, ThemeRule, ThemeSuggestion

__all__ = [
    "AlarmRate",
    "Alert",
    "Answer",
    "AnswerRevision",
    "Benchmark",
    "BlindLabel",
    "BlindSample",
    "ChoiceRollup",
    "ChurnDefinition",
    "ChurnModel",
    "CommentRollup",
    "Conflict",
    "ControlReading",
    "Correction",
    "CustomerProfile",
    "Digest",
    "DigestPlan",
    "DirtyBucket",
    "DriverStudy",
    "Export",
    "Fact",
    "FactKind",
    "FactRule",
    "HealthSnapshot",
    "Investigation",
    "InvestigationEntry",
    "KeptFigure",
    "LoggedChange",
    "MetricDefinition",
    "Reading",
    "Recount",
    "Response",
    "Rollup",
    "SavedView",
    "ScoringBatch",
    "Segment",
    "SegmentChoiceRollup",
    "SegmentCondition",
    "SegmentMember",
    "SegmentRollup",
    "SegmentTraffic",
    "SetAsideAnswer",
    "ShareLink",
    "ShareOpening",
    "SharedPage",
    "Standing",
    "Taxonomy",
    "Theme",
    "ThemeMention",
    "ThemeRule",
    "ThemeSuggestion",
    "TrafficRollup",
]
