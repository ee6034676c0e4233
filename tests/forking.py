"""What processes that fork slices import before: all that reads no settings."""

import gc
from importlib import import_module

PRELOADED = (
    "allauth.core.ratelimit",
    "allauth.headless.tokens.strategies.base",
    "corsheaders.middleware",
    "cryptography.hazmat.primitives.asymmetric.rsa",
    "django.contrib.admindocs.views",
    "django.contrib.auth.password_validation",
    "django.contrib.postgres.forms",
    "django.contrib.sessions.middleware",
    "django.contrib.staticfiles.finders",
    "django.core.cache.backends.locmem",
    "django.core.checks",
    "django.core.handlers.wsgi",
    "django.core.management",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.autodetector",
    "django.db.models",
    "django.forms",
    "django.middleware.gzip",
    "django.template",
    "django.test.signals",
    "django.views.generic",
    "django_htmx.templatetags.django_htmx",
    "django_prometheus.apps",
    "django_structlog.middlewares",
    "dns.asyncresolver",
    "drf_spectacular.utils",
    "environ",
    "fido2.server",
    "health_check",
    "jwt",
    "msgspec",
    "prometheus_client",
    "psycopg",
    "pybreaker",
    "requests",
    "stamina",
    "structlog",
    "uritemplate",
    "whitenoise.middleware",
    "xml.parsers.expat",
    "yaml",
)


def preload(*further):
    """Import it, and keep the collector from touching the pages that children share."""
    for name in (*PRELOADED, *further):
        import_module(name)
    gc.freeze()
