"""The shape of one answer that another system collected, with every refusal in the field's own words."""

from datetime import UTC, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from feedback.models import Response
from surveys.api.event_in import AHEAD, OLDEST, CustomerIn, KnownFields, Text
from surveys.models import Channel

MOST_ANSWERS = 200
SENT = (Response.SourceType.API, Response.SourceType.SOCIAL, Response.SourceType.INTERVIEW)


@extend_schema_field({"type": "object", "additionalProperties": True})
class Answers(serializers.Field):
    default_error_messages = {
        "not_an_object": _("This must be an object: the key of each question and what was answered."),
        "empty": _("There is no answer in it."),
        "too_many": _("There are more than 200 answers."),
    }

    def to_internal_value(self, data: object) -> dict:
        if not isinstance(data, dict):
            self.fail("not_an_object")
        given = {key: value for key, value in data.items() if value is not None}
        if not given:
            self.fail("empty")
        if len(given) > MOST_ANSWERS:
            self.fail("too_many")
        return given


class ResponseIn(KnownFields):
    response_id = Text(max_length=100)
    survey = Text(max_length=80)
    answers = Answers()
    touchpoint = Text(max_length=80, required=False, allow_null=True)
    customer = CustomerIn(required=False, allow_null=True)
    channel = serializers.ChoiceField(Channel.choices, default=Channel.API)
    locale = serializers.RegexField(r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$", max_length=12, required=False)
    source_type = serializers.ChoiceField([(kind.value, kind.label) for kind in SENT], default=SENT[0])
    submitted_at = serializers.DateTimeField(default_timezone=UTC, required=False)

    def validate_submitted_at(self, moment: datetime) -> datetime:
        if moment < OLDEST:
            raise serializers.ValidationError(_("This lies before 1970."))
        if moment > timezone.now() + AHEAD:
            raise serializers.ValidationError(_("This lies in the future."))
        return moment.astimezone(UTC)
