from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from surveys.api.event_in import CustomerIn, customer_details
from surveys.api.pages import NewestFirst
from surveys.api.permissions import HasScope
from surveys.api.problems import Unprocessable
from surveys.models import AddressChannel, Customer
from surveys.services.addresses import BadAddress
from surveys.services.consent import latest_consents, opt_out
from surveys.services.customers import CustomerErased, upsert_customer


class AddressOut(serializers.Serializer):
    channel = serializers.CharField()
    address = serializers.CharField()
    is_primary = serializers.BooleanField()


class CustomerOut(serializers.ModelSerializer):
    addresses = AddressOut(many=True, read_only=True)

    class Meta:
        model = Customer
        fields = [
            "external_id",
            "name",
            "locale",
            "time_zone",
            "preferred_channel",
            "annual_value",
            "account_owner",
            "attributes",
            "is_holdout",
            "created_at",
            "updated_at",
            "addresses",
        ]


class OptOutIn(serializers.Serializer):
    channel = serializers.ChoiceField(choices=AddressChannel.choices)


class CustomersView(viewsets.ReadOnlyModelViewSet):
    """Customers by their number in your systems. PUT makes or updates one; it never merges two."""

    read = ("customers:read", "surveys.view_customer")
    write = ("customers:write", "surveys.change_customer")
    permission_classes = [HasScope]
    pagination_class = NewestFirst
    serializer_class = CustomerOut
    filterset_fields = ["locale"]
    lookup_field = "external_id"
    lookup_value_regex = "[^/]{1,255}"
    queryset = Customer.objects.present().exclude(external_id=None).prefetch_related("addresses")

    @extend_schema(request=CustomerIn, responses=CustomerOut)
    def update(self, request, external_id: str) -> Response:
        body = CustomerIn(data={**_object(request.data), "external_id": external_id})
        body.is_valid(raise_exception=True)
        try:
            customer, created = upsert_customer(customer_details(body.validated_data), now=timezone.now())
        except BadAddress as problem:
            raise Unprocessable("bad_address", str(problem)) from problem
        except CustomerErased:
            raise Unprocessable("erased", _("This person asked to be forgotten.")) from None
        return Response(CustomerOut(customer).data, status=201 if created else 200)

    @extend_schema(request=OptOutIn, responses={204: None})
    @action(detail=True, methods=["post"], url_path="opt-out")
    @transaction.atomic
    def opt_out(self, request, external_id: str) -> Response:
        """Stop writing to every address of this customer on one channel, at once and for ever."""
        body = OptOutIn(data=request.data)
        body.is_valid(raise_exception=True)
        channel = body.validated_data["channel"]
        for held in self.get_object().addresses.filter(channel=channel):
            opt_out(channel, held.address, now=timezone.now(), source="api")
        return Response(status=204)

    @extend_schema(responses={200: dict})
    @action(detail=True, methods=["get"])
    def consent(self, request, external_id: str) -> Response:
        """The statement in force per channel; channels without one are left out."""
        return Response(latest_consents(self.get_object().pk))


def _object(data: object) -> dict:
    if not isinstance(data, dict):
        raise serializers.ValidationError(_("The body must be an object."))
    return data
