"""Builds a slice's settings from the services it hosts and the environment; names no service."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from omnify.events.bus.urls import find_problem
from omnify.local_secrets import load_or_create
from omnify.services.manifest import Manifest
from omnify.services.registry import manifests
from omnify.telemetry.logs import build_logging
from settings.databases import build_databases
from settings.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_SECRETS = BASE_DIR / "var" / "secrets.env"
_SHORTEST_SECRET = 32
MONOLITH_PORT, ADMIN_PORT = 8000, 8008

FLOOR_APPS = (
    "omnify",
    "omnify.db",
    "omnify.flags",
    "omnify.idempotency",
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
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
)
MIDDLEWARE_AFTER = (
    "omnify.pages.middleware.PagesMiddleware",
    "omnify.api.middleware.RefusalMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
)


def hosting(
    services: Iterable[str] | None = None,
    *,
    installed: Iterable[str] = (),
    environ: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The Django settings of a process that hosts some services.

    Args:
        services: whose routes, handlers and migrations run here; by default what
            ``OMNIFY_SERVICES`` (or ``DEPLOYMENT_MODE`` with ``SERVICE_NAME``) says, else all.
        installed: services of which only models and operations are loaded.
        environ: the environment; the process's own by default.

    Raises:
        ImproperlyConfigured: the services cannot be told; everything else that is wrong is kept
            in ``STARTUP_PROBLEMS`` and refuses the start with one message.
    """
    env = Environment(os.environ if environ is None else environ)
    hosted = _in_order(_choose(env, services))
    loaded = _in_order((*hosted, *installed))
    return (
        _floor(env, hosted)
        | _apps(loaded)
        | build_databases(env, hosted, loaded, base_dir=BASE_DIR)
        | _security(env)
        | _fleet(env, hosted)
        | _mail(env)
        | _required_by(env, hosted)
        | {"STARTUP_PROBLEMS": tuple(env.problems)}
    )


def _choose(env: Environment, services: Iterable[str] | None) -> tuple[str, ...]:
    """The hosted services: all sources that say anything have to agree."""
    claims = {"the settings module": tuple(services)} if services is not None else {}
    if listed := env.names("OMNIFY_SERVICES"):
        claims["OMNIFY_SERVICES"] = listed
    mode, name = env.text("DEPLOYMENT_MODE"), env.text("SERVICE_NAME")
    if mode == "monolith":
        claims["DEPLOYMENT_MODE"] = tuple(manifests())
    elif mode in ("microservice", "microservices"):
        claims["DEPLOYMENT_MODE and SERVICE_NAME"] = (name,)
    elif mode:
        raise ImproperlyConfigured(f"DEPLOYMENT_MODE={mode}: use monolith or microservice.")
    for source, names in claims.items():
        unknown = sorted(set(names) - set(manifests()))
        if unknown:
            known = ", ".join(manifests())
            raise ImproperlyConfigured(
                f"{source} names unknown services {unknown}; known: {known}."
            )
    if len({frozenset(names) for names in claims.values()}) > 1:
        said = "; ".join(f"{source} says {', '.join(names)}" for source, names in claims.items())
        raise ImproperlyConfigured(f"Which services to host is contradictory: {said}.")
    return next(iter(claims.values()), tuple(manifests()))


def _event_bus(env: Environment) -> str:
    url = env.text("EVENT_BUS_URL")
    if problem := find_problem(url):
        env.problems.append(f"EVENT_BUS_URL cannot be used: {problem}")
        return ""
    return url


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    wanted = set(names)
    return tuple(name for name in manifests() if name in wanted)


def _floor(env: Environment, hosted: tuple[str, ...]) -> dict[str, Any]:
    debug = env.flag("DEBUG", default=False)
    var = BASE_DIR / "var"
    return {
        "BASE_DIR": BASE_DIR,
        "DEBUG": debug,
        "HOSTED_SERVICES": hosted,
        "ROOT_URLCONF": "omnify.urls",
        "WSGI_APPLICATION": "omnify.wsgi.application",
        "APPEND_SLASH": False,
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "LANGUAGE_CODE": "en",
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "STATIC_URL": "/static/",
        "STATIC_ROOT": str(var / "static"),
        "STATICFILES_DIRS": [str(var / "assets")] if (var / "assets").is_dir() else [],
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
        },
        "WHITENOISE_USE_FINDERS": debug,
        "MEDIA_ROOT": env.text("STORAGE_DIRECTORY", str(var / "files")),
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 2 * 1024 * 1024,
        "CACHES": {"default": env.cache("CACHE_URL")},
        "CACHE_IS_SHARED": bool(env.text("CACHE_URL")),
        "REST_FRAMEWORK": REST_FRAMEWORK,
        "SPECTACULAR_SETTINGS": SPECTACULAR_SETTINGS,
        "LOGGING": build_logging(level=env.text("LOG_LEVEL", "INFO"), human=debug),
        "LOGGING_CONFIG": "logging.config.dictConfig",
        # A refusal is an answer; what goes wrong on our side is logged where it does.
        "DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL": logging.INFO,
        "DJANGO_STRUCTLOG_COMMAND_LOGGING_ENABLED": False,
        # The context middleware has checked the id, or made one.
        "DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID": True,
        # Which address is the client's was decided before Django; no header says otherwise.
        "IPWARE_META_PRECEDENCE_ORDER": ("REMOTE_ADDR",),
        "PROMETHEUS_EXPORT_MIGRATIONS": False,
        "FLAG_OVERRIDES": env.starting_with("ENABLE_"),
        "PORT": env.number("PORT", _own_port(hosted), least=1),
        "WEB_WORKERS": env.number("WEB_WORKERS", 1, least=1),
        "WEB_THREADS": env.number("WEB_THREADS", 8, least=1),
        "EVENT_BUS_URL": _event_bus(env),
        "EMBEDS_WORKER": env.flag("OMNIFY_EMBEDDED_WORKER", default=True),
        "JOBS_CONCURRENCY": env.number("JOBS_CONCURRENCY", 4, least=1),
        "DISPATCHES_EVENTS": env.flag("OMNIFY_DISPATCH", default=True),
        "DRAIN_SECONDS": env.number("OMNIFY_DRAIN_SECONDS", 2),
        "DRAIN_DIRECTORY": env.text("OMNIFY_DRAIN_DIRECTORY", "/tmp"),  # noqa: S108 - an empty marker file
        "REQUEST_SECONDS": 30,
        "REFUSE_CALLS_IN_TRANSACTIONS": False,
    }


def _own_port(hosted: tuple[str, ...]) -> int:
    if not hosted:
        return ADMIN_PORT
    return manifests()[hosted[0]].port if len(hosted) == 1 else MONOLITH_PORT


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


def _apps(loaded: tuple[str, ...]) -> dict[str, Any]:
    found = [manifests()[name] for name in loaded]
    libraries = list(dict.fromkeys(app for manifest in found for app in manifest.libraries))
    middleware = list(dict.fromkeys(item for manifest in found for item in manifest.middleware))
    merged: dict[str, Any] = {
        "INSTALLED_APPS": [*FLOOR_APPS, *libraries, *(f"apps.{name}" for name in loaded)],
        "MIDDLEWARE": [*MIDDLEWARE_BEFORE, *middleware, *MIDDLEWARE_AFTER],
        "TEMPLATES": _templates(item for manifest in found for item in manifest.context_processors),
    }
    for manifest in found:
        merged |= manifest.library_settings
    return merged


def _security(env: Environment) -> dict[str, Any]:
    debug = env.flag("DEBUG", default=False)
    local = load_or_create(LOCAL_SECRETS) if debug else {}

    def secret(name: str) -> str:
        return env.text(name) or local.get(name, "")

    key = secret("SECRET_KEY")
    if len(key) < _SHORTEST_SECRET:
        env.problems.append(
            f"SECRET_KEY is missing or short: set at least {_SHORTEST_SECRET} random characters"
            " (or DEBUG=true on your own machine)"
        )
    others = _split(env.text("SECRET_KEY_FALLBACKS"))
    if any(len(other) < _SHORTEST_SECRET for other in others):
        env.problems.append(
            f"SECRET_KEY_FALLBACKS has a short key: each has at least {_SHORTEST_SECRET} characters"
        )
    hosts = list(env.names("ALLOWED_HOSTS"))
    if debug:
        hosts = hosts or ["localhost", "127.0.0.1", "[::1]"]
    elif not hosts or "*" in hosts:
        env.problems.append(
            "ALLOWED_HOSTS is missing or '*': list the host names that this process answers to"
        )
    return {
        "SECRET_KEY": key,
        "SECRET_KEY_FALLBACKS": list(others),
        "ALLOWED_HOSTS": hosts,
        "CORS_ALLOWED_ORIGINS": list(env.names("CORS_ORIGINS")),
        "CORS_URLS_REGEX": r"^/(api|\.well-known)/.*$",
        "RPC_SECRETS": _split(secret("OMNIFY_RPC_SECRETS")),
        "ENCRYPTION_KEYS": _split(secret("OMNIFY_ENCRYPTION_KEYS")),
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        # Another slice has to see the origin of a form that is sent to it.
        "SECURE_REFERRER_POLICY": "strict-origin-when-cross-origin",
        "X_FRAME_OPTIONS": "DENY",
        "CSRF_COOKIE_NAME": "omnify_csrf",
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "CSRF_FAILURE_VIEW": "omnify.pages.errors.csrf_failure",
    }


def _split(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _mail(env: Environment) -> dict[str, Any]:
    is_delivered = bool(env.text("EMAIL_URL"))
    verification = env.text("AUTH_EMAIL_VERIFICATION")
    if verification not in ("", "mandatory", "optional"):
        env.problems.append(f"AUTH_EMAIL_VERIFICATION={verification}: use mandatory or optional")
    return {
        **env.email("EMAIL_URL"),
        "EMAIL_FROM": env.text("EMAIL_FROM", "omnify@localhost"),
        "EMAIL_IS_DELIVERED": is_delivered,
        "AUTH_EMAIL_VERIFICATION": verification or ("mandatory" if is_delivered else "optional"),
        "TRUSTED_PROXIES": env.networks("TRUSTED_PROXIES"),
    }


def _fleet(env: Environment, hosted: tuple[str, ...]) -> dict[str, Any]:
    """Where the other services are, and what is missing to reach those that are needed."""
    known = manifests()
    urls = {name: _address(env, name, "SERVICE_URL") for name in known}
    discovery = env.text("OMNIFY_DISCOVERY", "env")
    if discovery.startswith("consul://") and find_spec("consul") is None:
        env.problems.append(
            f"OMNIFY_DISCOVERY={discovery}: install requirements/consul.txt, or build the image"
            " with EXTRAS=consul"
        )
    if discovery not in ("env", "dns") and not discovery.startswith(("file:///", "consul://")):
        env.problems.append(
            f"OMNIFY_DISCOVERY={discovery}: use env, dns, file:///path or consul://host:port"
        )
    settings: dict[str, Any] = {
        "SERVICE_URLS": {name: found for name, found in urls.items() if found},
        "PUBLIC_URLS": {
            name: found[0] for name in known if (found := _address(env, name, "PUBLIC_URL"))
        },
        "DISCOVERY": discovery,
        "ADVERTISE_ADDRESS": env.text("OMNIFY_ADVERTISE_ADDRESS") or socket.gethostname(),
        "JWKS": env.text("AUTH_JWKS"),
        "JWKS_URL": env.text("AUTH_JWKS_URL"),
        "AUTH_SIGNING_KEYS": env.rsa_keys("AUTH_SIGNING_KEYS"),
    }
    # A form of one slice's page may go to another slice: signing out, to auth.
    pages = {"/".join(url.split("/")[:3]) for url in settings["PUBLIC_URLS"].values()}
    trusted = {*env.names("CSRF_TRUSTED_ORIGINS"), *pages}
    settings["CSRF_TRUSTED_ORIGINS"] = sorted(trusted)
    if discovery == "env":
        env.problems.extend(_unreachable(known, hosted, urls))
        env.problems.extend(_unverifiable(settings, known, hosted, urls))
    provider = next(name for name, found in known.items() if "identity" in found.provides)
    if env.text("EMAIL_URL") and provider in hosted and provider not in settings["PUBLIC_URLS"]:
        env.problems.append(f"{provider.upper()}_PUBLIC_URL is missing: the links of mails need it")
    return settings


def _address(env: Environment, name: str, kind: str) -> tuple[str, ...]:
    found = env.names(f"{name.upper()}_{kind}", pattern=f"<SERVICE>_{kind}")
    for url in found:
        if not url.startswith(("http://", "https://")):
            env.problems.append(f"{name.upper()}_{kind}={url}: begin with http:// or https://")
    return found


def _unreachable(
    known: dict[str, Manifest], hosted: tuple[str, ...], urls: dict[str, tuple[str, ...]]
) -> Iterable[str]:
    for name in hosted:
        for other in known[name].needs:
            if other not in hosted and not urls[other]:
                yield (
                    f"{name} needs {other}, which is neither hosted here nor has an address:"
                    f" set {other.upper()}_SERVICE_URL"
                )


def _unverifiable(
    settings: dict[str, Any],
    known: dict[str, Manifest],
    hosted: tuple[str, ...],
    urls: dict[str, tuple[str, ...]],
) -> Iterable[str]:
    provider = next(name for name, found in known.items() if "identity" in found.provides)
    has_source = settings["JWKS"] or settings["JWKS_URL"] or urls[provider]
    if provider not in hosted and not has_source:
        yield (
            "access tokens cannot be verified without a key set: set AUTH_JWKS, AUTH_JWKS_URL or"
            f" {provider.upper()}_SERVICE_URL"
        )


def _required_by(env: Environment, hosted: tuple[str, ...]) -> dict[str, Any]:
    """Secrets that this very slice cannot do without."""
    debug = env.flag("DEBUG", default=False)
    if len(hosted) < len(manifests()) and not env.text("OMNIFY_RPC_SECRETS") and not debug:
        env.problems.append(
            "OMNIFY_RPC_SECRETS is missing: services of other slices are called with signed"
            " requests; set one secret for the whole fleet"
        )
    for name in hosted:
        for variable in manifests()[name].required_settings:
            if not env.text(variable) and not debug:
                env.problems.append(f"{variable} is missing: {name} needs it")
    optional = (name for service in hosted for name in manifests()[service].optional_settings)
    return {name: env.text(name) for name in optional}


REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["omnify.identity.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["omnify.identity.permissions.DeclaredPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "omnify.api.openapi.RouteSchema",
    "EXCEPTION_HANDLER": "omnify.api.problems.handle_exception",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Omnify",
    "DESCRIPTION": "One API for all seven services, the same in every layout.",
    "VERSION": import_module("omnify").__version__,
    "SERVE_INCLUDE_SCHEMA": False,
    "OAS_VERSION": "3.1.0",
    # Operations are named and grouped by what follows it.
    "SCHEMA_PATH_PREFIX": "/api/",
    "COMPONENT_SPLIT_REQUEST": True,
    "PREPROCESSING_HOOKS": ["omnify.api.openapi.drop_floor_routes"],
    "POSTPROCESSING_HOOKS": ["omnify.api.openapi.add_problems", "omnify.api.openapi.bound_texts"],
}
