"""Which databases a process has, and how it connects to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from omnify.services.registry import manifests
from settings.environment import Environment

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
    env: Environment, hosted: tuple[str, ...], loaded: tuple[str, ...], *, base_dir: Path
) -> dict[str, Any]:
    """The databases of a process, which service is in which, and the job engine's."""
    local = base_dir / "var" / "omnify.sqlite3"
    if not env.text("DATABASE_URL"):
        local.parent.mkdir(exist_ok=True)
    databases = {"default": env.database("DATABASE_URL", f"sqlite:///{local}")}
    aliases = {}
    # Also of services that run elsewhere: events are delivered into every database in reach.
    for name in manifests():
        variable = f"{name.upper()}_DATABASE_URL"
        own = env.text(variable, pattern="<SERVICE>_DATABASE_URL")
        aliases[name] = name if own else "default"
        if own:
            databases[name] = env.database(variable, "", pattern="<SERVICE>_DATABASE_URL")
    # Requests and jobs have threads of their own; relaying, ingesting, beating have one each.
    connections = env.number("WEB_THREADS", 8, least=1) + env.number("JOBS_CONCURRENCY", 4, least=1)
    connections += _BACKGROUND_THREADS
    return {
        "DATABASES": {alias: _tuned(config, connections) for alias, config in databases.items()},
        "DATABASE_ALIASES": aliases,
        "JOBS_DATABASE_URL": _jobs_database(env, databases["default"]),
        "DATABASE_ROUTERS": ["omnify.db.router.ServiceRouter"],
        "LABEL_OWNERS": _label_owners(loaded),
        "MIGRATED_SERVICES": hosted,
    }


def _jobs_database(env: Environment, default: dict[str, Any]) -> str:
    """The engine's database: the default one, on SQLite a file of its own beside it.

    One process's two connections to one SQLite file would wait for each other there.
    """
    named = env.text("JOBS_DATABASE_URL") or env.text("DATABASE_URL")
    if not default["ENGINE"].endswith("sqlite3") or env.text("JOBS_DATABASE_URL"):
        return named
    return f"sqlite:///{default['NAME']}.jobs"


def _tuned(config: dict[str, Any], connections: int) -> dict[str, Any]:
    if config["ENGINE"].endswith("sqlite3"):
        return {**config, "OPTIONS": SQLITE_OPTIONS, "CONN_MAX_AGE": 60}
    pool = {"min_size": 1, "max_size": connections, "timeout": 5}
    options = {**config.get("OPTIONS", {}), "pool": pool}
    return {**config, "OPTIONS": options, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}


def _label_owners(loaded: tuple[str, ...]) -> dict[str, str]:
    """App label to the service in whose database its tables live, libraries included."""
    owners = {manifests()[name].label: name for name in loaded}
    for name in loaded:
        for library in manifests()[name].libraries:
            owners.setdefault(library.split(".apps.")[0].rpartition(".")[2], name)
    return owners
