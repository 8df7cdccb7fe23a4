"""What machines ask us: alive? ready? how much waits?"""

import secrets

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from vocplatform import checkup, gauges

LOOPBACK = {"127.0.0.1", "::1"}


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: this process answers. It asks nobody else, so that a database's trouble restarts no web server."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: 200 when answers are taken and acted upon, 503 with the reasons when not."""
    try:
        findings = checkup.examine(checkup.READINESS, now=timezone.now())
    except DatabaseError as problem:  # it went away between two checks
        findings = [checkup.Finding("database", False, f"The database went away ({type(problem).__name__}).")]
    is_ready = all(finding.is_good for finding in findings)
    body = {
        "ready": is_ready,
        "checks": {finding.name: {"ok": finding.is_good, "says": finding.says} for finding in findings},
    }
    if is_ready:
        return JsonResponse(body)
    response = JsonResponse(body, status=503, headers={"Retry-After": "10"})
    response._has_been_logged = True  # a probe that says no is an answer, not an error to log every second
    return response


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Gauges for Prometheus, for whoever has the token; without one, for this machine only."""
    if not may_read_metrics(request):
        return HttpResponse("Send METRICS_TOKEN as a bearer token.\n", status=401, content_type="text/plain")
    registry = CollectorRegistry()
    registry.register(gauges.Waiting(now=timezone.now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def may_read_metrics(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    # Behind a proxy every request comes from loopback: then only a token tells friend from stranger.
    return request.META.get("REMOTE_ADDR") in LOOPBACK and "X-Forwarded-For" not in request.headers


class ProbesFirst:
    """Answer probes before any other middleware: they come by address, not by the host name we are known by."""

    PROBES = {"/healthz": healthz, "/readyz": readyz}

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = self.PROBES.get(request.path_info)
        return probe(request) if probe else self.get_response(request)


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
