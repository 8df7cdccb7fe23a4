"""The shape of one event, with every refusal in the field's own words and without the sender's values."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from surveys.models import AddressChannel
from surveys.services.customers import CustomerDetails
from surveys.triggers.zones import stated_zone

OLDEST = datetime(1970, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
MOST_ATTRIBUTES, LONGEST_NAME = 200, 80


class Text(serializers.CharField):
    """Text only: a number that a sender forgot to quote has lost its leading zeros already."""

    default_error_messages = {"invalid": _("This must be text.")}

    def to_internal_value(self, data: object) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Attributes(serializers.Field):
    default_error_messages = {
        "not_an_object": _("This must be an object."),
        "too_many": _("There are more than 200 attributes."),
        "long_name": _("The name of an attribute is longer than 80 characters."),
    }

    def to_internal_value(self, data: object) -> dict:
        if not isinstance(data, dict):
            self.fail("not_an_object")
        if len(data) > MOST_ATTRIBUTES:
            self.fail("too_many")
        if any(len(name) > LONGEST_NAME for name in data):
            self.fail("long_name")
        return data


class KnownFields(serializers.Serializer):
    """A misspelt field is said, not dropped."""

    default_error_messages = {"unknown_field": _("There is no such field.")}

    @classmethod
    def read(cls, data: object) -> dict:
        """What was sent, checked; raises ValidationError. One serializer reads for all.

        To make one copies every field, which takes longer than to read with it, and reading leaves nothing behind.
        """
        return _reader(cls).run_validation(data)

    def to_internal_value(self, data: object) -> dict:
        if isinstance(data, dict):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                message = self.error_messages["unknown_field"]
                raise serializers.ValidationError({name[:LONGEST_NAME]: [message] for name in unknown[:10]})
        return super().to_internal_value(data)


@cache
def _reader(kind: type[KnownFields]) -> KnownFields:
    return kind()


class CustomerIn(KnownFields):
    external_id = Text(max_length=255, required=False, allow_null=True)
    email = Text(max_length=254, required=False, allow_null=True)
    phone = Text(max_length=40, required=False, allow_null=True)
    name = Text(max_length=200, required=False, allow_null=True, allow_blank=True)
    locale = serializers.RegexField(r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$", max_length=12, required=False)
    time_zone = Text(max_length=64, required=False)
    preferred_channel = serializers.ChoiceField(
        AddressChannel.choices, required=False, error_messages={"invalid_choice": _("This must be email or sms.")}
    )
    annual_value = serializers.DecimalField(max_digits=12, decimal_places=2, required=False, allow_null=True)
    account_owner = Text(max_length=150, required=False, allow_blank=True)
    attributes = Attributes(required=False)

    def to_internal_value(self, data: object) -> dict:
        return super().to_internal_value({"external_id": data} if isinstance(data, str) else data)

    def validate_time_zone(self, name: str) -> str:
        if not isinstance(stated_zone(name), ZoneInfo):
            raise serializers.ValidationError(_("This is no time zone such as Europe/Berlin."))
        return name

    def validate(self, data: dict) -> dict:
        if not any(data.get(name) for name in ("external_id", "email", "phone")):
            raise serializers.ValidationError(_("Give at least one of external_id, email and phone."))
        return data


class EventIn(KnownFields):
    event_id = Text(max_length=100)
    touchpoint = Text(max_length=80)
    occurred_at = serializers.DateTimeField(default_timezone=UTC)
    customer = CustomerIn(allow_null=True)
    attributes = Attributes(required=False, default=dict)

    def validate_occurred_at(self, moment: datetime) -> datetime:
        if moment < OLDEST:
            raise serializers.ValidationError(_("This lies before 1970."))
        if moment > timezone.now() + AHEAD:
            raise serializers.ValidationError(_("This lies in the future."))
        return moment.astimezone(UTC)


def customer_details(data: dict | None) -> CustomerDetails | None:
    return CustomerDetails(**data) if data is not None else None
