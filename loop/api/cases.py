import django_filters
from rest_framework import serializers, viewsets

from loop.models import Case, CaseEvent
from surveys.api.pages import NewestFirst
from surveys.api.permissions import HasScope
from surveys.models import ApiKey


class HistoryOut(serializers.ModelSerializer):
    actor = serializers.CharField(source="actor.username", default=None, read_only=True)

    class Meta:
        model = CaseEvent
        fields = ["kind", "came_from", "went_to", "actor", "note", "changes", "at"]


class CaseOut(serializers.ModelSerializer):
    customer = serializers.CharField(source="customer.external_id", default=None, read_only=True)
    touchpoint = serializers.SlugRelatedField("slug", read_only=True)
    rule = serializers.CharField(source="rule.name", default=None, read_only=True)
    team = serializers.SlugRelatedField("slug", read_only=True)
    owner = serializers.CharField(source="owner.username", default=None, read_only=True)
    cause = serializers.StringRelatedField()
    incident = serializers.CharField(source="incident.code", default=None, read_only=True)
    tags = serializers.SlugRelatedField("name", many=True, read_only=True)
    action = serializers.StringRelatedField()
    outcome = serializers.StringRelatedField()

    class Meta:
        model = Case
        fields = [
            "code",
            "status",
            "severity",
            "summary",
            "response",
            "customer",
            "touchpoint",
            "rule",
            "team",
            "owner",
            "cause",
            "action",
            "outcome",
            "outcome_note",
            "version",
            "opened_at",
            "acknowledged_at",
            "contacted_at",
            "resolved_at",
            "confirmed_at",
            "reopened_at",
            "acknowledge_due_at",
            "contact_due_at",
            "resolve_due_at",
            "confirm_due_at",
            "next_due_at",
            "paused_at",
            "pause_reason",
            "snoozed_until",
            "awaits_reply",
            "incident",
            "tags",
            "external_ref",
        ]


class CaseDetailOut(CaseOut):
    history = HistoryOut(many=True, read_only=True)

    class Meta(CaseOut.Meta):
        fields = [*CaseOut.Meta.fields, "history"]


class CaseFilter(django_filters.FilterSet):
    team = django_filters.CharFilter("team__slug")
    owner = django_filters.CharFilter("owner__username")
    customer = django_filters.CharFilter("customer__external_id")
    touchpoint = django_filters.CharFilter("touchpoint__slug")
    tag = django_filters.CharFilter("tags__name")
    incident = django_filters.CharFilter("incident__code")
    opened_from = django_filters.IsoDateTimeFilter("opened_at", "gte")
    opened_before = django_filters.IsoDateTimeFilter("opened_at", "lt")

    class Meta:
        model = Case
        fields = ["status", "severity"]


class CasesView(viewsets.ReadOnlyModelViewSet):
    """Cases that this key or person may see, newest first; one case with its whole history."""

    read = ("cases:read", "loop.view_case")
    permission_classes = [HasScope]
    pagination_class = NewestFirst
    filterset_class = CaseFilter
    lookup_field = "code"
    queryset = Case.objects.select_related(
        "customer", "touchpoint", "rule", "team", "owner", "cause__parent", "action", "outcome", "incident"
    ).prefetch_related("tags")

    def get_queryset(self):
        cases = super().get_queryset()
        if not isinstance(self.request.auth, ApiKey):
            cases = cases.visible_to(self.request.user)
        return cases.prefetch_related("history__actor") if self.action_is_detail else cases

    def get_serializer_class(self):
        return CaseDetailOut if self.action_is_detail else CaseOut

    @property
    def action_is_detail(self) -> bool:
        return "code" in self.kwargs
