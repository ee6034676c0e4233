"""``/health``, ``/health/live``, ``/health/startup`` and ``/health/ready`` of every process."""

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
    """The process answers; says nothing of its parts."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def startup(request: HttpRequest) -> JsonResponse:
    """What has to be done once is done: migrations."""
    return _respond(*run_parts(startup_parts()))


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """This process may get requests; a degraded part is named and does not take it out."""
    return _respond(*run_parts(readiness_parts()))


@never_cache
@require_safe
def summary(request: HttpRequest) -> JsonResponse:
    """What runs here, in which version, and how it is."""
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
