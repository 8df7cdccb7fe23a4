from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone

from loop.models import StaffProfile

ADMIN_POLICY = {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}
CUSTOMER_PATHS = ("/s/", "/c/")
CUSTOMER_URLS = "feedback.public_urls"
DOCS_POLICY = {"style-src": [SELF, UNSAFE_INLINE]}


class AdminContentSecurity:
    """The admin theme's Alpine needs eval and Swagger inline styles; nothing else on the site does."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_replace = ADMIN_POLICY
        elif request.path.startswith("/api/v1/docs"):
            response._csp_replace = DOCS_POLICY
        return response


class CustomerPages:
    """Survey links use no session, user, message or CSRF cookie: looking for them would double what an answer costs."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(CUSTOMER_PATHS):
            return self.get_response(request)
        try:
            view, args, kwargs = resolve(request.path_info, CUSTOMER_URLS)
        except Resolver404:
            return self.get_response(request)
        request.get_host()  # raises DisallowedHost, as CommonMiddleware would
        response = view(request, *args, **kwargs)
        response.headers["Content-Length"] = str(len(response.content))
        return response


class StaffPages:
    """What a person who is logged in sees is in the own time zone, and no cache keeps it."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.session.session_key or not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(zone_of(request.user)):
            response = self.get_response(request)
        response.setdefault("Cache-Control", "no-store")
        return response


def zone_of(user: AbstractBaseUser) -> ZoneInfo | None:
    """The zone that the profile names; None for the account's own, also where nobody knows the named one."""
    name = StaffProfile.objects.filter(user=user).values_list("time_zone", flat=True).first()
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
