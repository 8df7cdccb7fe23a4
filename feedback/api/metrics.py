from django.http import QueryDict
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from feedback.analytics.accuracy import machine_accuracy
from feedback.analytics.headline import Headline, headlines
from feedback.analytics.measures import Measured, read_measures
from feedback.analytics.sums import Daily
from feedback.forms.filters import FilterForm
from feedback.metrics import SENTIMENT
from feedback.metrics.figure import Figure
from surveys.api.permissions import HasScope
from vocplatform.lib.periods import Period, day_of

ASKED = (
    "period",
    "first",
    "last",
    "compare",
    "survey",
    "version",
    "journey",
    "stage",
    "touchpoint",
    "channel",
    "standing",
)


class FigureOut(serializers.Serializer):
    state = serializers.CharField(help_text="known, no_answers, cannot_tell or hidden")
    value = serializers.FloatField(allow_null=True)
    unit = serializers.CharField(help_text="points, percent or score")
    n = serializers.IntegerField(allow_null=True)
    low = serializers.FloatField(allow_null=True, help_text="Lower end of the 95 % interval.")
    high = serializers.FloatField(allow_null=True, help_text="Upper end of the 95 % interval.")
    cautions = serializers.ListField(child=serializers.CharField())


class MetricOut(FigureOut):
    metric = serializers.CharField()
    target = serializers.FloatField(allow_null=True)
    change = serializers.DictField(help_text="Difference to the period compared with, and its verdict.")
    rows = serializers.CharField(help_text="The responses behind the figure.")
    accuracy = FigureOut(
        allow_null=True,
        help_text="For sentiment: the share of blindly labelled comments that the machine reads as people do.",
    )


class MeasureOut(FigureOut):
    metric = serializers.CharField()
    name = serializers.CharField()
    status = serializers.CharField(help_text="meets, short, watch, act, cannot_tell or no_target, told by the interval")
    target = serializers.FloatField(allow_null=True)
    watch_at = serializers.FloatField(allow_null=True)
    act_at = serializers.FloatField(allow_null=True)
    formula_version = serializers.IntegerField()
    minimum_n = serializers.IntegerField()
    warnings = serializers.ListField(child=serializers.CharField())


class CoverageOut(serializers.Serializer):
    heard = serializers.IntegerField(help_text="Touchpoints with an answer in the period.")
    touchpoints = serializers.IntegerField()


class MetricsOut(serializers.Serializer):
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    compared_first_on = serializers.DateField()
    compared_last_on = serializers.DateField()
    time_zone = serializers.CharField()
    metrics = MetricOut(many=True)
    measures = MeasureOut(many=True, help_text="Every metric with a definition, also those made from events.")
    response_rate = FigureOut()
    coverage = CoverageOut()


class MetricsView(APIView):
    """NPS, CSAT, CES and sentiment, each with n and 95 % interval: the very numbers of the dashboard."""

    read = ("metrics:read", "feedback.view_response")
    permission_classes = [HasScope]

    @extend_schema(parameters=[OpenApiParameter(name, str) for name in ASKED], responses=MetricsOut)
    def get(self, request) -> Response:
        filters, before = read_filters(request.query_params)
        lines = headlines(Daily.read(filters, before, filters.period), filters, before)
        now = timezone.now()
        found = read_measures(filters, before, now=now, today=day_of(now, timezone.get_default_timezone()))
        return Response(
            {
                "first_on": filters.period.first_on,
                "last_on": filters.period.last_on,
                "compared_first_on": before.first_on,
                "compared_last_on": before.last_on,
                "time_zone": str(timezone.get_default_timezone()),
                "metrics": [_line(line) for line in lines],
                "measures": [_measure(line) for line in found.lines],
                "response_rate": figure_as_json(found.response_rate),
                "coverage": {"heard": found.coverage.heard, "touchpoints": found.coverage.touchpoints},
            }
        )


def read_filters(query: QueryDict):
    """The filters of the pages, under the same names. A wrong value or a misspelt name is refused."""
    unknown = [name for name in query if name not in ASKED]
    if unknown:
        raise serializers.ValidationError({name[:80]: ["There is no such filter."] for name in unknown[:10]})
    form = FilterForm(query, today=day_of(timezone.now(), timezone.get_default_timezone()))
    if not form.is_valid():
        raise serializers.ValidationError(form.errors)
    before: Period = form.compared_with
    return form.filters().scope(), before


def figure_as_json(figure: Figure) -> dict:
    return {
        "state": figure.state,
        "value": figure.value,
        "unit": figure.unit,
        "n": figure.n,
        "low": figure.interval and figure.interval.low,
        "high": figure.interval and figure.interval.high,
        "cautions": list(figure.cautions),
    }


def _measure(line: Measured) -> dict:
    return {
        "metric": line.key,
        "name": line.definition.name,
        **figure_as_json(line.figure),
        "status": line.status,
        "target": line.lines.target,
        "watch_at": line.lines.watch_at,
        "act_at": line.lines.act_at,
        "formula_version": line.definition.formula_version,
        "minimum_n": line.definition.minimum_n,
        "warnings": [str(warning) for warning in line.warnings],
    }


def _line(line: Headline) -> dict:
    change = line.change
    return {
        "metric": line.metric.key,
        **figure_as_json(line.figure),
        "target": line.lines.target,
        "change": {
            "value": change.difference,
            "low": change.interval and change.interval.low,
            "high": change.interval and change.interval.high,
            "verdict": change.verdict,
        },
        "rows": f"/responses/?{line.rows}",
        "accuracy": figure_as_json(machine_accuracy()) if line.metric is SENTIMENT else None,
    }
