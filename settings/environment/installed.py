"""Which Django apps, middleware and templates a process has: the floor's, then its services'."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from omnify.services.registry import manifests

FLOOR_APPS = (
    "omnify",
    "omnify.db",
    "omnify.flags",
    "omnify.idempotency",
    "omnify.encryption",
    "omnify.events",
    "omnify.jobs",
    "omnify.identity",
    "omnify.api",
    "omnify.health",
    "omnify.topology",
    "omnify.pages",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "django_prometheus",
    "django_structlog",
    "django_htmx",
    "django.contrib.staticfiles",
)
MIDDLEWARE_BEFORE = (
    "omnify.api.middleware.ContextMiddleware",
    "omnify.api.middleware.SecureCookiesMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # Files, which need no policy of what they may load.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "omnify.pages.middleware.ContentPolicyMiddleware",
    "omnify.pages.middleware.FleetMiddleware",
    "omnify.pages.middleware.PackingMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # These two refuse what is too large before the next one reads a form for its token.
    "omnify.pages.middleware.PagesMiddleware",
    "omnify.api.middleware.RefusalMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
)
MIDDLEWARE_AFTER = ("django_prometheus.middleware.PrometheusAfterMiddleware",)


def build_apps(loaded: tuple[str, ...]) -> dict[str, Any]:
    """Return the apps of a process with their middleware, templates and own settings."""
    declared = [manifests()[name] for name in loaded]
    libraries = dict.fromkeys(app for manifest in declared for app in manifest.libraries)
    middleware = dict.fromkeys(item for manifest in declared for item in manifest.middleware)
    processors = (item for manifest in declared for item in manifest.context_processors)
    settings: dict[str, Any] = {
        "INSTALLED_APPS": [*FLOOR_APPS, *libraries, *(f"apps.{name}" for name in loaded)],
        "MIDDLEWARE": [*MIDDLEWARE_BEFORE, *middleware, *MIDDLEWARE_AFTER],
        "TEMPLATES": _templates(processors),
    }
    for manifest in declared:
        settings |= manifest.library_settings
    return settings


def _templates(processors: Iterable[str]) -> list[dict[str, Any]]:
    return [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "omnify.pages.context.shell",
                    *processors,
                ],
            },
        }
    ]
