"""What is answered instead of a page: code and message to programs, their own page to customers, ours to staff."""

import sys

from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import csrf
from django.views.defaults import bad_request, page_not_found, permission_denied, server_error

from vocplatform import customer_errors
from vocplatform.customer_errors import is_customers

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
    return customer_errors.broken(request) if is_customers(request) else server_error(request)


def answer_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Programs get code and message, as from every other door of the API."""
    if request.path.startswith(API_PATHS):
        return problem(404, "not_found", _("There is nothing at this address."))
    return customer_errors.nothing_there(request) if is_customers(request) else page_not_found(request, exception)


def answer_bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API_PATHS):
        return problem(400, "bad_request", _("This request cannot be read."))
    return customer_errors.unreadable(request, exception) if is_customers(request) else bad_request(request, exception)


def answer_forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return customer_errors.refused(request) if is_customers(request) else permission_denied(request, exception)


def answer_forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that came without its token."""
    return customer_errors.refused(request) if is_customers(request) else csrf.csrf_failure(request, reason)


def answer_unavailable(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API_PATHS):
        says = _("We cannot store anything at the moment. Please try again in a few seconds.")
        response = problem(503, "unavailable", says)
    elif is_customers(request):
        response = customer_errors.away(request)
    else:
        response = server_error(request, template_name="503.html")
        response.status_code = 503
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def problem(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status)
