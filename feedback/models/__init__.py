from feedback.models.reading import Correction, Reading
from feedback.models.response import Answer, AnswerRevision, Response, SetAsideAnswer
from feedback.models.rollup import DirtyBucket, Recount, Rollup, TrafficRollup
from feedback.models.standing import Standing

__all__ = [
    "Answer",
    "AnswerRevision",
    "Correction",
    "DirtyBucket",
    "Reading",
    "Recount",
    "Response",
    "Rollup",
    "SetAsideAnswer",
    "Standing",
    "TrafficRollup",
]
