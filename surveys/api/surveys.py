from rest_framework import serializers, viewsets

from surveys.api.pages import NewestFirst
from surveys.api.permissions import HasScope
from surveys.models import Survey


class SurveyOut(serializers.ModelSerializer):
    version = serializers.IntegerField(source="live_version.number", default=None, allow_null=True)
    published_at = serializers.DateTimeField(source="live_version.published_at", default=None, allow_null=True)
    definition = serializers.JSONField(source="live_version.definition", default=None, allow_null=True)

    class Meta:
        model = Survey
        fields = [
            "slug",
            "name",
            "purpose",
            "title",
            "locale",
            "is_anonymous",
            "closed_at",
            "version",
            "published_at",
            "definition",
        ]


class SurveysView(viewsets.ReadOnlyModelViewSet):
    """Surveys as customers see them: the live version, never the draft."""

    read = ("surveys:read", "surveys.view_survey")
    permission_classes = [HasScope]
    pagination_class = NewestFirst
    serializer_class = SurveyOut
    lookup_field = "slug"
    queryset = Survey.objects.select_related("live_version")
    filterset_fields = ["purpose"]
