"""POST /api/v1/inbound/mail: what a customer wrote back, as the mail itself or as the JSON that mail providers post."""

from contextlib import suppress
from email import policy
from email.message import EmailMessage

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.response import Response
from rest_framework.views import APIView

from loop.rules.incoming import PYTHON_TRIPS
from loop.services.inbound import receive_mail
from surveys.api.bodies import StrictJsonParser
from surveys.api.permissions import HasScope
from surveys.api.problems import TooLarge

LARGEST_MAIL = 25 * 1024 * 1024


class RawMailParser(BaseParser):
    media_type = "message/rfc822"

    def parse(self, stream, media_type=None, parser_context=None) -> bytes:
        raw = stream.read(LARGEST_MAIL + 1)
        if len(raw) > LARGEST_MAIL:
            raise TooLarge(_("A mail may have 25 MB at most."))
        if not raw.strip():
            raise ParseError(_("The body is empty."))
        return raw


class MailHeaderIn(serializers.Serializer):
    Name = serializers.CharField(max_length=200)
    Value = serializers.CharField(max_length=2000, allow_blank=True)


class MailIn(serializers.Serializer):
    """The fields of Postmark's inbound webhook that we read; others are passed over."""

    From = serializers.CharField(max_length=500)
    To = serializers.CharField(max_length=2000)
    OriginalRecipient = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    Subject = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
    MessageID = serializers.CharField(max_length=200)
    TextBody = serializers.CharField(required=False, allow_blank=True, default="")
    HtmlBody = serializers.CharField(required=False, allow_blank=True, default="")
    Headers = MailHeaderIn(many=True, required=False, default=list)


class MailOut(serializers.Serializer):
    outcome = serializers.CharField()
    case = serializers.CharField(allow_null=True)


class InboundMailView(APIView):
    """Answers 200 with what became of the mail, also where nothing did: a repeated mail would change nothing."""

    read = write = ("mail:write", "loop.add_message")
    permission_classes = [HasScope]
    parser_classes = [RawMailParser, StrictJsonParser]

    @extend_schema(request=MailIn, responses={200: MailOut, 400: OpenApiResponse(description="Not a mail.")})
    def post(self, request):
        raw, envelope = request.data, ""
        if not isinstance(raw, bytes):
            body = MailIn(data=raw)
            body.is_valid(raise_exception=True)
            raw, envelope = _as_mail(body.validated_data), body.validated_data["OriginalRecipient"]
        row = receive_mail(raw, envelope=envelope, now=timezone.now())
        return Response({"outcome": row.outcome, "case": row.case and row.case.code})


def _as_mail(said: dict) -> EmailMessage:
    """Made into a mail again, so that there is one reader."""
    mail = EmailMessage(policy=policy.default)
    names = {"from": said["From"], "to": said["To"], "subject": said["Subject"]}
    given = {each["Name"].lower(): each["Value"] for each in said["Headers"]}
    names = {"message-id": f"<{said['MessageID'].strip('<>')}>"} | given | names
    for name, value in names.items():
        if name.isascii() and name.replace("-", "").isalnum() and not name.startswith(("content-", "mime-")):
            with suppress(*PYTHON_TRIPS):  # a header that cannot be one says nothing
                mail[name] = " ".join(value.split())
    mail.set_content(said["TextBody"])
    if said["HtmlBody"] and not said["TextBody"].strip():
        mail.set_content(said["HtmlBody"], subtype="html")
    return mail
