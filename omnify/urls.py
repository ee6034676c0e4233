"""The routes of a process: the floor's own, then those of the services it hosts."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path

from omnify.api import documents
from omnify.conf import settings
from omnify.health import views as health
from omnify.services.discovery import find_public_url
from omnify.services.registry import hosted_services, is_hosted, manifests
from omnify.telemetry.views import metrics

_PASSWORD_PAGES: Final = ("password_change", "password_change_done")

handler400 = "omnify.pages.errors.bad_request"
handler403 = "omnify.pages.errors.permission_denied"
handler404 = "omnify.api.problems.page_not_found"
handler500 = "omnify.pages.errors.server_error"


def home(request: HttpRequest) -> HttpResponse:
    """Send a browser to the first page of the product, or to the API's documents."""
    for manifest in manifests().values():
        if manifest.is_home:
            base = "" if is_hosted(manifest.name) else find_public_url(manifest.name)
            if base or is_hosted(manifest.name):
                return redirect(f"{base}/app/{manifest.name}/")
    return redirect("/api/docs/")


def _service_routes() -> list[URLPattern | URLResolver]:
    return [path("", include(f"apps.{service}.urls")) for service in hosted_services()]


def _admin_routes() -> list[URLPattern | URLResolver]:
    if "django.contrib.admin" not in settings.INSTALLED_APPS:
        return []
    site = import_module("django.contrib.admin").site
    # It would lead strangers at an unknown address to sign in, rather than say that there is none.
    site.final_catch_all_view = False
    routes, app_name, name = site.urls
    # Django's own pages would change the product's password, and end no session.
    kept = [route for route in routes if getattr(route, "name", "") not in _PASSWORD_PAGES]
    return [path("admin/", (kept, app_name, name))]


urlpatterns: list[URLPattern | URLResolver] = [
    path("", home),
    path("health", health.summary),
    path("health/live", health.live),
    path("health/startup", health.startup),
    path("health/ready", health.ready),
    path("metrics", metrics),
    path("api/schema/", documents.schema),
    path("api/docs/", documents.docs),
    *_service_routes(),
    *_admin_routes(),
]
