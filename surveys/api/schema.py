"""How our own pieces appear in the OpenAPI document."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = "surveys.api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema) -> dict:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "voc_…"}


class AttributesField(OpenApiSerializerFieldExtension):
    target_class = "surveys.api.event_in.Attributes"

    def map_serializer_field(self, auto_schema, direction) -> dict:
        return {"type": "object", "additionalProperties": {}, "maxProperties": 200}
