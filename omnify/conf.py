"""The Django settings that the floor reads, typed; ``settings/base.py`` builds them."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, cast

from django.conf import settings as _django_settings


class FloorSettings(Protocol):
    """What ``hosting`` puts into a settings module for the floor."""

    BASE_DIR: Path
    DEBUG: bool
    DATABASES: dict[str, dict[str, object]]
    SECRET_KEY: str
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
    RPC_SECRETS: tuple[str, ...]
    ENCRYPTION_KEYS: tuple[str, ...]
    JWKS: str
    JWKS_URL: str
    FLAG_OVERRIDES: dict[str, bool]
    CACHE_IS_SHARED: bool
    REFUSE_CALLS_IN_TRANSACTIONS: bool
    DATA_UPLOAD_MAX_MEMORY_SIZE: int
    INSTALLED_APPS: list[str]
    STATIC_ROOT: str
    PORT: int
    WEB_WORKERS: int
    WEB_THREADS: int
    #: The time a request may take, in seconds; it travels as the deadline.
    REQUEST_SECONDS: float
    DISPATCHES_EVENTS: bool
    DRAIN_SECONDS: int
    DRAIN_DIRECTORY: str


settings = cast("FloorSettings", _django_settings)
