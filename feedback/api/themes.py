from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from feedback.analytics.themes import ThemeLine, read_themes
from feedback.api.metrics import ASKED, FigureOut, figure_as_json, read_filters
from surveys.api.permissions import HasScope


class ThemeOut(serializers.Serializer):
    theme = serializers.CharField()
    name = serializers.CharField()
    part_of = serializers.CharField(allow_null=True)
    owner_team = serializers.CharField(allow_null=True)
    responses = serializers.IntegerField(help_text="People who speak of it.")
    share = FigureOut(help_text="Of those who wrote a comment that could be searched.")
    complaints = FigureOut(help_text="The share that sounds negative about it, of the same people.")
    sentiment = FigureOut(help_text="How those who speak of it sound, in points.")
    feelings = serializers.DictField(child=serializers.IntegerField())
    promoters_wishes = serializers.IntegerField()
    change = serializers.DictField(help_text="In points of percent, with p adjusted for all themes together.")
    rows = serializers.CharField(help_text="The responses behind it.")


class ThemesOut(serializers.Serializer):
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    compared_first_on = serializers.DateField()
    compared_last_on = serializers.DateField()
    commented = serializers.IntegerField()
    searched = serializers.IntegerField()
    asks = serializers.DictField(child=serializers.IntegerField(), help_text="What they ask of us.")
    themes = ThemeOut(many=True)


class ThemesView(APIView):
    """What customers speak of and how it sounds: the very numbers of the page."""

    read = ("metrics:read", "feedback.view_response")
    permission_classes = [HasScope]

    @extend_schema(parameters=[OpenApiParameter(name, str) for name in ASKED], responses=ThemesOut)
    def get(self, request) -> Response:
        filters, before = read_filters(request.query_params)
        found = read_themes(filters, before)
        return Response(
            {
                "first_on": filters.period.first_on,
                "last_on": filters.period.last_on,
                "compared_first_on": before.first_on,
                "compared_last_on": before.last_on,
                "commented": found.commented,
                "searched": found.searched,
                "asks": {ask.intent: ask.count for ask in found.asks},
                "themes": [_line(line) for line in found.lines],
            }
        )


def _line(line: ThemeLine) -> dict:
    theme, shift = line.theme, line.shift
    return {
        "theme": theme.slug,
        "name": theme.name,
        "part_of": theme.parent and theme.parent.slug,
        "owner_team": theme.owner_team and theme.owner_team.slug,
        "responses": line.responses,
        "share": figure_as_json(line.share),
        "complaints": figure_as_json(line.complaints),
        "sentiment": figure_as_json(line.balance),
        "feelings": {feeling.band.key: feeling.count for feeling in line.feelings},
        "promoters_wishes": line.wishes,
        "change": {
            "value": shift.difference,
            "low": shift.interval and shift.interval.low,
            "high": shift.interval and shift.interval.high,
            "p": shift.p,
            "verdict": shift.turn,
        },
        "rows": f"/responses/?{line.rows}",
    }
