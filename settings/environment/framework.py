"""Settings of Django and its libraries that are alike in every slice."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from omnify import __version__
from omnify.telemetry.logs import build_logging
from settings.environment.reading import Environment

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["omnify.identity.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["omnify.identity.permissions.DeclaredPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["omnify.api.bodies.BodyParser"],
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "omnify.api.openapi.RouteSchema",
    "EXCEPTION_HANDLER": "omnify.api.problems.handle_exception",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Omnify",
    "DESCRIPTION": "One API for all seven services, the same in every layout.",
    "VERSION": __version__,
    "SERVE_INCLUDE_SCHEMA": False,
    "OAS_VERSION": "3.1.0",
    # Operations are named and grouped by what follows it.
    "SCHEMA_PATH_PREFIX": "/api/",
    "COMPONENT_SPLIT_REQUEST": True,
    "PREPROCESSING_HOOKS": ["omnify.api.openapi.drop_floor_routes"],
    "POSTPROCESSING_HOOKS": ["omnify.api.openapi.add_problems", "omnify.api.openapi.bound_texts"],
}
_FIXED: dict[str, Any] = {
    "ROOT_URLCONF": "omnify.urls",
    "WSGI_APPLICATION": "omnify.wsgi.application",
    "APPEND_SLASH": False,
    "USE_TZ": True,
    "TIME_ZONE": "UTC",
    "LANGUAGE_CODE": "en",
    "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    "STATIC_URL": "/static/",
    "STORAGES": {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    },
    # Pages ask for files by the names with hashes; compressing the others too, and what only those
    # read who mend libraries, would take four times as long.
    "WHITENOISE_KEEP_ONLY_HASHED_FILES": True,
    "WHITENOISE_SKIP_COMPRESS_EXTENSIONS": ("gif", "jpg", "map", "png", "woff", "woff2"),
    # Read, it takes many times the memory, and all threads may read one at once.
    "DATA_UPLOAD_MAX_MEMORY_SIZE": 512 * 1024,
    "REST_FRAMEWORK": REST_FRAMEWORK,
    "SPECTACULAR_SETTINGS": SPECTACULAR_SETTINGS,
    "LOGGING_CONFIG": "logging.config.dictConfig",
    # A refusal is an answer; what fails on our side is logged where it does.
    "DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL": logging.INFO,
    "DJANGO_STRUCTLOG_COMMAND_LOGGING_ENABLED": False,
    # The context middleware has checked the id, or made one.
    "DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID": True,
    # Which address is the client's was decided before Django; no header says otherwise.
    "IPWARE_META_PRECEDENCE_ORDER": ("REMOTE_ADDR",),
    "PROMETHEUS_EXPORT_MIGRATIONS": False,
}


def build_framework(env: Environment, *, base_dir: Path, debug: bool) -> dict[str, Any]:
    """Return the fixed settings, and where files, caches and logs are."""
    var = base_dir / "var"
    cache = env.variable(
        "CACHE_URL", "A cache that processes share, redis://…", unset="this process's memory"
    )
    files = env.variable("STORAGE_DIRECTORY", "Where uploaded files are kept.", unset="var/files")
    level = env.variable("LOG_LEVEL", "The least severe level that is logged.").text("INFO")
    return _FIXED | {
        "BASE_DIR": base_dir,
        "DEBUG": debug,
        "STATIC_ROOT": str(var / "static"),
        "STATICFILES_DIRS": [str(var / "assets")] if (var / "assets").is_dir() else [],
        "WHITENOISE_USE_FINDERS": debug,
        "MEDIA_ROOT": files.text(str(var / "files")),
        "CACHES": {"default": cache.cache()},
        "CACHE_IS_SHARED": bool(cache.text()),
        "LOGGING": build_logging(level=level, human=debug),
    }
