from datetime import timedelta

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from loop.forms.effect import EffectForm
from loop.reports.baseline import Comparison
from loop.reports.effect import ContactBand, EffectReport, Headline, effect_report
from surveys.api.permissions import HasScope
from vocplatform.lib.stats import Interval

ASKED = ("days", "kind")


class ShareOut(serializers.Serializer):
    value = serializers.FloatField(allow_null=True, help_text="From 0 to 1.")
    low = serializers.FloatField(allow_null=True, help_text="Lower end of the 95 % interval.")
    high = serializers.FloatField(allow_null=True, help_text="Upper end of the 95 % interval.")
    n = serializers.IntegerField()


class HeadlineOut(serializers.Serializer):
    unhappy = serializers.IntegerField(help_text="All unhappy answers, also of customers whom nobody contacted.")
    with_case = serializers.IntegerField()
    contacted = serializers.IntegerField()
    resolved = serializers.IntegerField()
    confirmed = serializers.IntegerField(help_text="Only customers confirm.")
    confirmed_share = ShareOut()


class AgainstNothingOut(serializers.Serializer):
    recovered = ShareOut(help_text="No longer unhappy at the next answer, of the contacted; null without a baseline.")
    expected = serializers.FloatField(
        allow_null=True, help_text="What the same customers would have shown without contact."
    )
    uplift = serializers.FloatField(allow_null=True)
    uplift_low = serializers.FloatField(allow_null=True)
    uplift_high = serializers.FloatField(allow_null=True)
    verdict = serializers.CharField(help_text="helped, hurt or cannot_tell")
    doubt = serializers.CharField(allow_null=True)


class BandOut(AgainstNothingOut):
    within_days = serializers.IntegerField(allow_null=True, help_text="Longest wait for first contact; null: longer.")


class EffectOut(serializers.Serializer):
    kind = serializers.CharField()
    days = serializers.IntegerField()
    evidence = serializers.CharField()
    headline = HeadlineOut()
    unhappy_customers = serializers.IntegerField()
    paired = serializers.IntegerField()
    not_contacted = ShareOut()
    contact = AgainstNothingOut()
    by_wait = BandOut(many=True)


class EffectView(APIView):
    """Did closing the loop help? No recovered share comes without what would have happened anyway."""

    read = ("metrics:read", "feedback.view_response")
    permission_classes = [HasScope]

    @extend_schema(parameters=[OpenApiParameter(name, str) for name in ASKED], responses=EffectOut)
    def get(self, request) -> Response:
        unknown = [name for name in request.query_params if name not in ASKED]
        if unknown:
            raise serializers.ValidationError({name[:80]: ["There is no such filter."] for name in unknown[:10]})
        form = EffectForm(request.query_params)
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        now, days = timezone.now(), form.cleaned_data["days"]
        report = effect_report(start=now - timedelta(days=days), end=now, kind=form.cleaned_data["kind"])
        return Response(effect_as_json(report, days=days))


def effect_as_json(report: EffectReport, *, days: int) -> dict:
    alone = report.comparison.untreated
    return {
        "kind": report.kind,
        "days": days,
        "evidence": "association",
        "headline": _headline(report.headline),
        "unhappy_customers": report.unhappy_customers,
        "paired": report.paired,
        "not_contacted": _share(alone.share, alone.share_interval, alone.n),
        "contact": _against_nothing(report.comparison),
        "by_wait": [_band(band) for band in report.by_contact if band.comparison is not None],
    }


def _headline(line: Headline) -> dict:
    steps = {name: getattr(line, name) for name in ("unhappy", "with_case", "contacted", "resolved", "confirmed")}
    return steps | {"confirmed_share": _share(line.share, line.interval, line.unhappy)}


def _band(band: ContactBand) -> dict:
    return {"within_days": band.within and band.within.days} | _against_nothing(band.comparison)


def _against_nothing(comparison: Comparison) -> dict:
    reach, n = comparison.uplift_interval, comparison.contacted.n
    return {
        "recovered": _share(comparison.recovered_share, comparison.recovered_interval, n),
        "expected": comparison.expected_share,
        "uplift": comparison.uplift,
        "uplift_low": reach and reach.low,
        "uplift_high": reach and reach.high,
        "verdict": comparison.verdict,
        "doubt": comparison.doubt,
    }


def _share(value: float | None, interval: Interval | None, n: int) -> dict:
    return {"value": value, "low": interval and interval.low, "high": interval and interval.high, "n": n}
