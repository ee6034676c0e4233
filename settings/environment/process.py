"""How a process serves, handles events and runs jobs."""

from __future__ import annotations

from typing import Any

from omnify.events.bus.urls import find_problem
from omnify.services.registry import manifests
from settings.environment.reading import Environment

MONOLITH_PORT, ADMIN_PORT = 8000, 8008


def build_process(env: Environment, hosted: tuple[str, ...]) -> dict[str, Any]:
    """Return the settings of the server and of the threads and workers beside it."""
    return _server(env, hosted) | _events(env) | _jobs(env)


def _server(env: Environment, hosted: tuple[str, ...]) -> dict[str, Any]:
    port = env.variable(
        "PORT", "Where `manage.py serve` listens.", unset="the service's own, else 8000"
    )
    # deploy/gunicorn.py reads these two.
    env.variable(
        "BIND_ADDRESS", "The address that `manage.py serve` listens on.", unset="all"
    ).text()
    env.variable(
        "BIND_SOCKET", "A Unix socket that it also listens on, for a gateway beside it."
    ).text()
    workers = env.variable("WEB_WORKERS", "gunicorn's worker processes.")
    threads = env.variable("WEB_THREADS", "Threads per worker process.")
    drain_seconds = env.variable(
        "OMNIFY_DRAIN_SECONDS", "How long a server announces its stop before it stops."
    )
    drain_directory = env.variable(
        "OMNIFY_DRAIN_DIRECTORY", "Where that announcement is kept; memory is best."
    )
    flags = env.flags(
        "ENABLE_", "Overrides a flag, e.g. ENABLE_SIGN_UP=false.", unset="the flag table"
    )
    return {
        "PORT": port.number(_own_port(hosted), least=1),
        "WEB_WORKERS": workers.number(1, least=1),
        "WEB_THREADS": threads.number(8, least=1),
        "DRAIN_SECONDS": drain_seconds.number(2),
        "DRAIN_DIRECTORY": drain_directory.text("/tmp"),  # noqa: S108 - an empty marker file
        "FLAG_OVERRIDES": flags,
        "REQUEST_SECONDS": 30,
        "REFUSE_CALLS_IN_TRANSACTIONS": False,
    }


def _own_port(hosted: tuple[str, ...]) -> int:
    if not hosted:
        return ADMIN_PORT
    return manifests()[hosted[0]].port if len(hosted) == 1 else MONOLITH_PORT


def _events(env: Environment) -> dict[str, Any]:
    url = env.variable(
        "EVENT_BUS_URL",
        "The broker of events: amqp://… or redis://…, ?prefix= to share one.",
        unset="none: databases in reach",
    ).text()
    if problem := find_problem(url):
        env.problems.append(f"EVENT_BUS_URL cannot be used: {problem}")
        url = ""
    dispatches = env.variable("OMNIFY_DISPATCH", "Whether this process relays and handles events.")
    return {"EVENT_BUS_URL": url, "DISPATCHES_EVENTS": dispatches.flag(default=True)}


def _jobs(env: Environment) -> dict[str, Any]:
    concurrency = env.variable("JOBS_CONCURRENCY", "Jobs that one process runs at a time.")
    embeds = env.variable(
        "OMNIFY_EMBEDDED_WORKER",
        "Whether a child of each server runs jobs; false with `manage.py worker`.",
    )
    return {
        "JOBS_CONCURRENCY": concurrency.number(4, least=1),
        "EMBEDS_WORKER": embeds.flag(default=True),
    }
