"""The databases of a process, and how it connects to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from omnify.services.registry import manifests
from settings.environment.reading import Environment

#: Relaying, ingesting and beating have a thread each.
_BACKGROUND_THREADS = 4
SQLITE_OPTIONS = {
    # One writer at a time, who waits instead of failing; measured against Django's defaults in
    # docs/decisions/0004-sqlite-is-first-class.md.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        "PRAGMA mmap_size=134217728; PRAGMA cache_size=-20000;"
    ),
}


def build_databases(
    env: Environment,
    hosted: tuple[str, ...],
    loaded: tuple[str, ...],
    *,
    base_dir: Path,
    threads: int,
) -> dict[str, Any]:
    """Return the databases of a process, which service is in which, and the job engine's.

    ``threads`` is how many requests and jobs run at once, each with a connection of its own.
    """
    local = base_dir / "var" / "omnify.sqlite3"
    url = env.variable(
        "DATABASE_URL",
        "The database of all services that have none of their own.",
        unset="SQLite in var/",
    )
    if not url.text():
        local.parent.mkdir(exist_ok=True)
    databases = {"default": url.database(f"sqlite:///{local}")}
    aliases = {}
    # Also of services that run elsewhere: events are delivered into every database in reach.
    for name in manifests():
        own = env.variable(
            "<SERVICE>_DATABASE_URL",
            "A database of its own for one service.",
            unset="DATABASE_URL",
            service=name,
        )
        has_own = bool(own.text())
        aliases[name] = name if has_own else "default"
        if has_own:
            databases[name] = own.database("")
    connections = threads + _BACKGROUND_THREADS
    return {
        "DATABASES": {alias: _tuned(config, connections) for alias, config in databases.items()},
        "DATABASE_ALIASES": aliases,
        "JOBS_DATABASE_URL": _jobs_database(env, url.text(), databases["default"]),
        "DATABASE_ROUTERS": ["omnify.db.router.ServiceRouter"],
        "LABEL_OWNERS": _label_owners(loaded),
        "MIGRATED_SERVICES": hosted,
    }


def _jobs_database(env: Environment, default_url: str, default: dict[str, Any]) -> str:
    """Return the engine's database: the default one, or a file beside it on SQLite.

    One process's two connections to one SQLite file would wait for each other there.
    """
    named = env.variable(
        "JOBS_DATABASE_URL", "The job engine's own tables.", unset="DATABASE_URL, or a file beside"
    ).text()
    if named:
        return named
    if not default["ENGINE"].endswith("sqlite3"):
        return default_url
    return f"sqlite:///{default['NAME']}.jobs"


def _tuned(config: dict[str, Any], connections: int) -> dict[str, Any]:
    if config["ENGINE"].endswith("sqlite3"):
        return {**config, "OPTIONS": SQLITE_OPTIONS, "CONN_MAX_AGE": 60}
    # One that a rush has opened goes back each ten seconds: a server has few, and slices many.
    pool = {"min_size": 1, "max_size": connections, "max_idle": 10, "timeout": 5}
    options = {**config.get("OPTIONS", {}), "pool": pool}
    return {**config, "OPTIONS": options, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}


def _label_owners(loaded: tuple[str, ...]) -> dict[str, str]:
    """Return the service in whose database an app's tables live, by app label."""
    owners = {manifests()[name].label: name for name in loaded}
    for name in loaded:
        for library in manifests()[name].libraries:
            owners.setdefault(library.split(".apps.")[0].rpartition(".")[2], name)
    return owners
