"""Answer ``/health``, ``/health/live``, ``/health/startup`` and ``/health/ready``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from omnify import __version__
from omnify.health.checks import readiness_parts, run_parts, startup_parts
from omnify.services.registry import hosted_services, manifests

_OK, _UNAVAILABLE = 200, 503


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Say that the process answers, and nothing of its parts."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def startup(request: HttpRequest) -> JsonResponse:
    """Say whether the migrations, which have to be done once, are done."""
    return _respond(*run_parts(startup_parts()))


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Say whether this process may get requests; a degraded part is named, and it still may."""
    return _respond(*run_parts(readiness_parts()))


@never_cache
@require_safe
def summary(request: HttpRequest) -> JsonResponse:
    """Say what runs here, in which version and state."""
    status, checks = run_parts(readiness_parts() | startup_parts())
    services = list(hosted_services())
    body: dict[str, Any] = {
        "status": status,
        "services": services,
        "routes": [path for name in services for path in manifests()[name].owned_prefixes],
        "version": __version__,
        "checks": checks,
    }
    if len(services) == 1:
        body["service"] = services[0]
    return JsonResponse(body, status=_code(status))


def _respond(status: str, checks: dict[str, Any]) -> JsonResponse:
    return JsonResponse({"status": status, "checks": checks}, status=_code(status))


def _code(status: str) -> int:
    return _UNAVAILABLE if status == "failed" else _OK
