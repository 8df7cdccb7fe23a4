"""Every formula of the product, pure: histogram in, figure out. docs/metrics.md holds formulas, units and sources."""

from feedback.metrics.ces import CES
from feedback.metrics.csat import CSAT
from feedback.metrics.figure import Metric
from feedback.metrics.first_contact import FCR_SAID
from feedback.metrics.nps import NPS
from feedback.metrics.sentiment import SENTIMENT

METRICS: dict[str, Metric] = {metric.key: metric for metric in (NPS, CSAT, CES, FCR_SAID, SENTIMENT)}

__all__ = ["CES", "CSAT", "FCR_SAID", "METRICS", "NPS", "SENTIMENT", "Metric"]
