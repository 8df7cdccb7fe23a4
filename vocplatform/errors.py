"""The page for what we did not foresee, and for a database that is away."""

import sys

from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.defaults import bad_request, page_not_found, server_error

RETRY_AFTER_SECONDS = 10
API_PATHS = ("/api/", "/v1/")


def answer_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 with Retry-After when the database did not answer: never a success that was not stored.

    A number that no row can have is the sender's mistake, wherever a form or filter lets it through to the database.
    """
    failure = sys.exc_info()[1]
    if isinstance(failure, OperationalError | InterfaceError):
        return answer_unavailable(request)
    if isinstance(failure, OverflowError | DataError):
        return answer_bad_request(request, failure)
    if request.path.startswith(API_PATHS):
        return problem(500, "server_error", _("Something went wrong on our side. Please try again."))
    with _their_language(request):
        return server_error(request)


def answer_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Programs get code and message, as from every other door of the API."""
    if request.path.startswith(API_PATHS):
        return problem(404, "not_found", _("There is nothing at this address."))
    return page_not_found(request, exception)


def answer_bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API_PATHS):
        return problem(400, "bad_request", _("This request cannot be read."))
    with _their_language(request):
        return bad_request(request, exception)


def answer_unavailable(request: HttpRequest) -> HttpResponse:
    says = _("We cannot store anything at the moment. Please try again in a few seconds.")
    if request.path.startswith(API_PATHS):
        response = problem(503, "unavailable", says)
    else:
        with _their_language(request):
            response = server_error(request, template_name="503.html")
        response.status_code = 503
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _their_language(request: HttpRequest) -> translation.override:
    """It may be a customer's page."""
    return translation.override(translation.get_language_from_request(request))


def problem(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status)
