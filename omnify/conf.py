"""The Django settings that the floor reads, typed; ``settings/`` builds them."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, cast

from django.conf import settings as _django_settings


class FloorSettings(Protocol):
    """The settings that ``hosting`` builds and the floor reads."""

    BASE_DIR: Path
    DEBUG: bool
    DATABASES: dict[str, dict[str, object]]
    SECRET_KEY: str
    SECRET_KEY_FALLBACKS: list[str]
    AUTH_SIGNING_KEYS: str
    #: The services whose routes and handlers run here, and those whose tables are made here.
    HOSTED_SERVICES: tuple[str, ...]
    MIGRATED_SERVICES: tuple[str, ...]
    #: Everything wrong with the environment, a sentence each.
    STARTUP_PROBLEMS: tuple[str, ...]
    #: Service to database alias, and app label to the service that owns its tables.
    DATABASE_ALIASES: dict[str, str]
    LABEL_OWNERS: dict[str, str]
    #: Service to base URLs inside the fleet, and to its address for browsers.
    SERVICE_URLS: dict[str, tuple[str, ...]]
    PUBLIC_URLS: dict[str, str]
    DISCOVERY: str
    #: Where others reach this server, for a name service that is told.
    ADVERTISE_ADDRESS: str
    RPC_SECRETS: tuple[str, ...]
    ENCRYPTION_KEYS: tuple[str, ...]
    JWKS: str
    JWKS_URL: str
    FLAG_OVERRIDES: dict[str, bool]
    CACHE_IS_SHARED: bool
    REFUSE_CALLS_IN_TRANSACTIONS: bool
    DATA_UPLOAD_MAX_MEMORY_SIZE: int
    DATA_UPLOAD_MAX_NUMBER_FIELDS: int
    DATA_UPLOAD_MAX_NUMBER_FILES: int
    INSTALLED_APPS: list[str]
    STATIC_ROOT: str
    STORAGES: dict[str, dict[str, str]]
    PORT: int
    WEB_WORKERS: int
    WEB_THREADS: int
    #: The sender of mails, whether they leave this machine, and whether addresses are proven.
    EMAIL_FROM: str
    EMAIL_IS_DELIVERED: bool
    AUTH_EMAIL_VERIFICATION: str
    #: Cookies of libraries, which Django names alike for http and https.
    CSRF_COOKIE_NAME: str
    SESSION_COOKIE_NAME: str
    #: Networks whose ``X-Forwarded-For`` is believed.
    TRUSTED_PROXIES: tuple[str, ...]
    #: The time a request may take, in seconds; it travels as the deadline.
    REQUEST_SECONDS: float
    DISPATCHES_EVENTS: bool
    #: Whether a child of each server runs jobs, how many at once, and the engine's own database.
    EMBEDS_WORKER: bool
    JOBS_CONCURRENCY: int
    JOBS_DATABASE_URL: str
    #: The broker's URL, empty without one.
    EVENT_BUS_URL: str
    DRAIN_SECONDS: int
    DRAIN_DIRECTORY: str


settings = cast("FloorSettings", _django_settings)
