"""POST /api/v1/cases/<code>/external: a help desk says which ticket a case is there, and how it stands."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from loop.models import ActionTaken, Case, Cause, Outcome
from loop.services.tickets import sync_ticket
from surveys.api.bodies import StrictJsonParser
from surveys.api.permissions import HasScope
from surveys.models import ApiKey


class TicketIn(serializers.Serializer):
    system = serializers.SlugField(max_length=40)
    number = serializers.CharField(max_length=120)
    url = serializers.URLField(max_length=500, required=False, allow_blank=True, default="")
    state = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    cause = serializers.PrimaryKeyRelatedField(
        queryset=Cause.objects.filter(is_active=True), required=False, allow_null=True, default=None
    )
    action = serializers.SlugRelatedField(
        "name", queryset=ActionTaken.objects.filter(is_active=True), required=False, allow_null=True, default=None
    )
    outcome = serializers.SlugRelatedField(
        "name", queryset=Outcome.objects.filter(is_active=True), required=False, allow_null=True, default=None
    )
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class TicketOut(serializers.Serializer):
    case = serializers.CharField()
    status = serializers.CharField()
    stayed_because = serializers.CharField(allow_blank=True)


class TicketView(APIView):
    """A state such as “solved” or “closed” resolves the case where it may be resolved; the answer says why not."""

    read = write = ("cases:write", "loop.work_case")
    permission_classes = [HasScope]
    parser_classes = [StrictJsonParser]

    @extend_schema(request=TicketIn, responses={200: TicketOut})
    def post(self, request, code: str):
        cases = Case.objects.all()
        if not isinstance(request.auth, ApiKey):
            cases = cases.visible_to(request.user)
        case = get_object_or_404(cases, code=code)
        body = TicketIn(data=request.data)
        body.is_valid(raise_exception=True)
        _ticket, stayed_because = sync_ticket(case.pk, **body.validated_data, now=timezone.now())
        case.refresh_from_db(fields=["status"])
        return Response({"case": case.code, "status": case.status, "stayed_because": stayed_because})
