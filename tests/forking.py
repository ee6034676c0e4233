"""What processes that fork slices import before: all that reads no settings."""

import gc
from importlib import import_module

PRELOADED = (
    "cryptography.hazmat.primitives.asymmetric.rsa",
    "django.contrib.postgres.forms",
    "django.contrib.staticfiles.finders",
    "django.core.checks",
    "django.core.handlers.wsgi",
    "django.core.management",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.autodetector",
    "django.db.models",
    "django.forms",
    "django.template",
    "django.test.signals",
    "django.views.generic",
    "dns.asyncresolver",
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
    "yaml",
)


def preload(*further):
    """Import it, and keep the collector from touching the pages that children share."""
    for name in (*PRELOADED, *further):
        import_module(name)
    gc.freeze()
