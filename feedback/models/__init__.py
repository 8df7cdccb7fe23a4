from feedback.models.reading import Correction, Reading
from feedback.models.response import Answer, AnswerRevision, Response, SetAsideAnswer
from feedback.models.rollup import DirtyBucket, Rollup

__all__ = ["Answer", "AnswerRevision", "Correction", "DirtyBucket", "Reading", "Response", "Rollup", "SetAsideAnswer"]
