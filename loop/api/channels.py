"""GET /api/v1/channels: whether customers fare alike on every channel, quarter by quarter, as the page has it."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from feedback.api.metrics import FigureOut, figure_as_json
from feedback.metrics import CSAT
from feedback.metrics.figure import Metric
from loop.reports.channels import AUDITED, Quarter, channel_audit
from surveys.api.permissions import HasScope
from vocplatform.lib.periods import day_of


class AskedIn(serializers.Serializer):
    metric = serializers.ChoiceField(choices=list(AUDITED), default=CSAT.key)


class ChannelOut(FigureOut):
    channel = serializers.CharField()
    name = serializers.CharField()


class QuarterOut(serializers.Serializer):
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    is_whole = serializers.BooleanField(help_text="False while the quarter lasts.")
    between = FigureOut(
        help_text="Standard deviation between channels beyond chance; cannot_tell below two channels with 30 answers."
    )
    differ = serializers.BooleanField(help_text="The interval rules out that all channels are alike.")
    channels = ChannelOut(many=True)


class ChannelsOut(serializers.Serializer):
    metric = serializers.CharField()
    time_zone = serializers.CharField()
    quarters = QuarterOut(many=True)


class ChannelsView(APIView):
    """The audit of consistency: this quarter and the three before it, newest first, each number with its interval."""

    read = ("metrics:read", "loop.view_objective")
    permission_classes = [HasScope]

    @extend_schema(
        parameters=[OpenApiParameter("metric", str, enum=list(AUDITED), default=CSAT.key)], responses=ChannelsOut
    )
    def get(self, request) -> Response:
        unknown = [name for name in request.query_params if name not in AskedIn().fields]
        if unknown:
            raise serializers.ValidationError({name[:80]: ["There is no such filter."] for name in unknown[:10]})
        asked = AskedIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        metric, zone = AUDITED[asked.validated_data["metric"]], timezone.get_default_timezone()
        quarters = channel_audit(metric, today=day_of(timezone.now(), zone))
        told = [_quarter(metric, quarter) for quarter in quarters]
        return Response({"metric": metric.key, "time_zone": str(zone), "quarters": told})


def _quarter(metric: Metric, quarter: Quarter) -> dict:
    return {
        "first_on": quarter.period.first_on,
        "last_on": quarter.period.last_on,
        "is_whole": quarter.is_whole,
        "between": figure_as_json(quarter.apart(metric)),
        "differ": bool(quarter.spread and quarter.spread.is_clear),
        "channels": [{"channel": line.key, "name": line.name} | figure_as_json(line.figure) for line in quarter.lines],
    }
