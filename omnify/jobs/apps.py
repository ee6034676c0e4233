"""Configure the app of the jobs."""

from functools import cache
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class JobsConfig(AppConfig):
    """Jobs, their steps and workers, in each service's database."""

    name = "omnify.jobs"
    label = "omnify_jobs"
    verbose_name = "Jobs"

    def ready(self) -> None:
        """Migrate the engine's tables with ours, and report waiting jobs."""
        post_migrate.connect(_migrate_engine, sender=self, dispatch_uid="omnify_jobs")
        from omnify.health.checks import add_parts
        from omnify.jobs.health import find_parts

        add_parts(find_parts)


def _migrate_engine(**_: Any) -> None:
    from omnify.conf import settings

    if settings.JOBS_DATABASE_URL:
        _migrate_once(settings.JOBS_DATABASE_URL)


@cache
def _migrate_once(_url: str) -> None:
    """Migrate it with the first app of a process: the signal comes after each of its apps."""
    from omnify.jobs.engine import migrate_engine

    migrate_engine()
