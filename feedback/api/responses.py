import django_filters
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import response, serializers, viewsets
from rest_framework.exceptions import ParseError

from feedback.api.response_in import ResponseIn
from feedback.models import Answer, Correction, Reading, Response, ThemeMention
from feedback.services.responses import AnswersRefused
from feedback.services.sending import ResponseConflict, Sent, left_aside, take_sent
from surveys.api.bodies import StrictJsonParser
from surveys.api.event_in import customer_details
from surveys.api.events import SystemsOnly
from surveys.api.pages import NewestFirst
from surveys.api.permissions import SAFE, HasScope
from surveys.api.problems import Unprocessable
from surveys.api.throttle import count_request
from surveys.models import ApiKey, Survey, SurveyVersion, Touchpoint
from surveys.services.addresses import BadAddress
from vocplatform.lib.statements import PreparedRow
from vocplatform.lib.strict_json import find_flaw


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
    """Submitted answers, newest first, each with what was read in its comments; and the door for those that another
    system collected."""

    read = ("responses:read", "feedback.view_response")
    write = (ApiKey.Scope.RESPONSES_WRITE, "feedback.add_response")
    parser_classes = [StrictJsonParser]
    pagination_class = NewestFirst
    serializer_class = ResponseOut
    filterset_class = ResponseFilter
    queryset = (
        Response.objects.complete()
        .select_related("survey", "version", "touchpoint", "customer")
        .prefetch_related("answers__readings", "answers__corrections", "answers__mentions__theme")
    )

    def get_permissions(self) -> list:
        return [HasScope() if self.request is None or self.request.method in SAFE else SystemsOnly()]

    @extend_schema(
        request=ResponseIn,
        responses={
            200: OpenApiResponse(description="This response_id was known already."),
            201: OpenApiResponse(description="The answer is kept, and will be scored like any other."),
            422: OpenApiResponse(description="It cannot be kept; `errors` names the fields and the questions."),
        },
    )
    def create(self, request) -> response.Response:
        count_request(request.auth)
        now = timezone.now()
        sent = _sent(request.data, now=now)
        try:
            kept, created = take_sent(request.auth.source_id, sent, now=now)
        except ResponseConflict:
            problem = _("This response_id was used before for other answers.")
            raise Unprocessable("response_id_reused", problem) from None
        except AnswersRefused as refused:
            key, sentence = next(iter(refused.errors.items()))
            errors = {"answers": refused.errors}
            raise Unprocessable("invalid", f"answers.{key}: {sentence}", errors) from None
        except BadAddress as wrong:
            raise Unprocessable("invalid_address", str(wrong)) from None
        aside = left_aside(sent)
        content = {"response_id": sent.response_id, "id": kept.pk, "status": "created" if created else "known"}
        return response.Response(content | ({"set_aside": aside} if aside else {}), status=201 if created else 200)


def _sent(body: object, *, now) -> Sent:
    """Raises ParseError, or ValidationError in the field's own words."""
    if not isinstance(body, dict):
        raise ParseError(find_flaw(body) or _("The body must be one answer: an object."))
    if flaw := find_flaw(body):
        raise ParseError(flaw)
    said = ResponseIn.read(body)
    return Sent(
        response_id=said["response_id"],
        version=_version(said["survey"]),
        answers=said["answers"],
        submitted_at=said.get("submitted_at", now),
        touchpoint=_touchpoint(said.get("touchpoint")),
        customer=customer_details(said.get("customer")),
        channel=said["channel"],
        locale=said.get("locale", ""),
        source_type=said["source_type"],
    )


_survey_named = PreparedRow(
    Survey.objects.order_by()
    .filter(slug="")
    .values_list("pk", "closed_at", "live_version_id", "live_version__checksum")
)


def _version(slug: str) -> SurveyVersion:
    """The live version as far as `loaded` needs it, which keeps the rest."""
    survey = _survey_named.get(slug)
    if survey is None or survey.live_version_id is None:
        raise Unprocessable("unknown_survey", _("survey: no survey of this short name is published."))
    if survey.closed_at is not None and survey.closed_at <= timezone.now():
        raise Unprocessable("survey_closed", _("survey: it is closed and takes no more answers."))
    return SurveyVersion(pk=survey.live_version_id, survey_id=survey.pk, checksum=survey.live_version__checksum)


def _touchpoint(slug: str | None) -> Touchpoint | None:
    if not slug:
        return None
    touchpoint = Touchpoint.objects.filter(slug=slug).first()
    if touchpoint is None:
        raise Unprocessable("unknown_touchpoint", _("touchpoint: there is none of this short name."))
    return touchpoint
