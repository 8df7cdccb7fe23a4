"""A number is kept with everything that is needed to compute it again."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Max

from feedback.analytics.filters import Filters
from feedback.analytics.replay import count_rows, formula_version
from feedback.metrics.figure import Metric
from feedback.models import KeptFigure, Response
from feedback.models.kept import rows_until


def keep_figure(
    metric: Metric, filters: Filters, *, now: datetime, actor: AbstractBaseUser, note: str = ""
) -> KeptFigure:
    """Compute the figure from its rows as they are now and write it down; a named period becomes its days."""
    filters = filters.scope().during(filters.period)
    last = Response.objects.aggregate(last=Max("pk"))["last"] or 0
    figure = count_rows(metric, filters, rows_until(now, last)).measured(metric)
    return KeptFigure.objects.create(
        metric_key=metric.key,
        formula_version=formula_version(metric),
        query=filters.query(),
        rows_until_at=now,
        last_response=last,
        state=figure.state.value,
        value=figure.value,
        n=figure.n,
        low=figure.interval and figure.interval.low,
        high=figure.interval and figure.interval.high,
        unit=figure.unit.value,
        note=note,
        kept_by=actor,
        kept_at=now,
    )
