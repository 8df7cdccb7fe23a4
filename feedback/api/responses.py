import django_filters
from rest_framework import serializers, viewsets

from feedback.models import Answer, Correction, Reading, Response, ThemeMention
from surveys.api.pages import NewestFirst
from surveys.api.permissions import HasScope


class ReadingOut(serializers.ModelSerializer):
    class Meta:
        model = Reading
        fields = [
            "status",
            "reason",
            "label",
            "compound",
            "p_negative",
            "language",
            "intent",
            "conflict",
            "spans",
            "engine",
            "engine_version",
        ]


class CorrectionOut(serializers.ModelSerializer):
    class Meta:
        model = Correction
        fields = ["label", "conflict", "corrected_at"]


class MentionOut(serializers.ModelSerializer):
    theme = serializers.SlugRelatedField("slug", read_only=True)

    class Meta:
        model = ThemeMention
        fields = ["theme", "label", "spans", "taxonomy_version"]


class AnswerOut(serializers.ModelSerializer):
    value = serializers.JSONField(read_only=True)
    reading = serializers.SerializerMethodField()
    correction = serializers.SerializerMethodField(help_text="What a person says the comment means; counts first.")

    themes = MentionOut(source="mentions", many=True, read_only=True)

    class Meta:
        model = Answer
        fields = ["question_key", "kind", "value", "reading", "correction", "themes"]

    def get_reading(self, answer: Answer) -> dict | None:
        current = [row for row in answer.readings.all() if row.is_current]
        return ReadingOut(current[0]).data if current else None

    def get_correction(self, answer: Answer) -> dict | None:
        in_force = next((row for row in answer.corrections.all() if row.lapsed_at is None), None)
        return CorrectionOut(in_force).data if in_force else None


class ResponseOut(serializers.ModelSerializer):
    survey = serializers.SlugRelatedField("slug", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)
    touchpoint = serializers.SlugRelatedField("slug", read_only=True)
    customer = serializers.CharField(source="customer.external_id", default=None, read_only=True)
    answers = AnswerOut(many=True, read_only=True)

    class Meta:
        model = Response
        fields = [
            "id",
            "submission_id",
            "survey",
            "version",
            "touchpoint",
            "customer",
            "channel",
            "locale",
            "source_type",
            "started_at",
            "submitted_at",
            "edited_at",
            "flags",
            "is_flagged",
            "is_test",
            "scored_at",
            "answers",
        ]


class ResponseFilter(django_filters.FilterSet):
    survey = django_filters.CharFilter("survey__slug")
    touchpoint = django_filters.CharFilter("touchpoint__slug")
    customer = django_filters.CharFilter("customer__external_id")
    submitted_from = django_filters.IsoDateTimeFilter("submitted_at", "gte")
    submitted_before = django_filters.IsoDateTimeFilter("submitted_at", "lt")
    test = django_filters.BooleanFilter("is_test")

    class Meta:
        model = Response
        fields = ["channel", "source_type"]


class ResponsesView(viewsets.ReadOnlyModelViewSet):
    """Submitted answers, newest first, each with what was read in its comments."""

    read = ("responses:read", "feedback.view_response")
    permission_classes = [HasScope]
    pagination_class = NewestFirst
    serializer_class = ResponseOut
    filterset_class = ResponseFilter
    queryset = (
        Response.objects.complete()
        .select_related("survey", "version", "touchpoint", "customer")
        .prefetch_related("answers__readings", "answers__corrections", "answers__mentions__theme")
    )
