"""Route each table to the database of the service that owns it."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from omnify.conf import settings


class ServiceRouter:
    """Route by the owner of the app; tables of the floor exist in every hosted database.

    Reads ``settings.LABEL_OWNERS`` (app label to service), ``settings.DATABASE_ALIASES``
    (service to alias) and ``settings.MIGRATED_SERVICES`` (the services whose tables this
    process may create).
    """

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        """Return the owner's alias; the floor's tables follow the instance or a given alias."""
        owner = settings.LABEL_OWNERS.get(model._meta.app_label)  # noqa: SLF001 - Django's API
        return settings.DATABASE_ALIASES[owner] if owner else None

    db_for_write = db_for_read

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool | None:
        """Allow relations inside one database, and so inside one service."""
        return self.db_for_read(type(first)) == self.db_for_read(type(second))

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Create a table only where its owner lives, and only for services of this process."""
        aliases = {settings.DATABASE_ALIASES[service] for service in settings.MIGRATED_SERVICES}
        owner = settings.LABEL_OWNERS.get(app_label)
        if owner is None:
            return db in aliases
        return owner in settings.MIGRATED_SERVICES and settings.DATABASE_ALIASES[owner] == db
