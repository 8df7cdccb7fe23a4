"""Every refusal of the API in one form: a code for programs, a message for people."""

from collections.abc import Iterator

from django.db import OperationalError
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

RETRY_SECONDS = 5


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class Unprocessable(exceptions.APIException):
    """Readable, but it cannot be kept; `errors` names the fields."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY

    def __init__(self, code: str, message: str, errors: object = None) -> None:
        super().__init__(message, code)
        self.errors = errors


def handle(problem: Exception, context: dict) -> Response | None:
    if isinstance(problem, OperationalError):
        set_rollback()
        content = {"code": "unavailable", "message": _("The database does not answer. Send it again a little later.")}
        return Response(content, status=503, headers={"Retry-After": str(RETRY_SECONDS)})
    response = exception_handler(problem, context)
    if response is not None:
        response.data = _content(problem, response)
    return response


def _content(problem: Exception, response: Response) -> dict:
    if isinstance(problem, exceptions.ValidationError):
        return {"code": "invalid", "message": first_sentence(problem.detail), "errors": response.data}
    detail = response.data.get("detail") if isinstance(response.data, dict) else None
    content = {"code": getattr(detail, "code", "refused"), "message": str(detail or "")}
    errors = getattr(problem, "errors", None)
    return content | ({"errors": errors} if errors else {})


def first_sentence(detail: object) -> str:
    """The first complaint of a nested answer, with the field that it is about."""
    return next((f"{name}: {text}" if name else text for name, text in _complaints(detail)), "")


def _complaints(detail: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(detail, dict):
        for key, inner in detail.items():
            step = "" if key == "non_field_errors" else str(key)
            yield from _complaints(inner, ".".join(part for part in (name, step) if part))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _complaints(inner, name)
    else:
        yield name, str(detail)
