"""Measure how fast a backlog of events drains, beside the same calls by hand; and latency."""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from settings.test import TEST_ENVIRONMENT

ROOT = Path(__file__).resolve().parents[1]
EVENTS, ROUNDS = 10_000, 3
POSTGRESQL = os.environ.get(
    "OMNIFY_TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres"
)
RABBITMQ = os.environ.get("OMNIFY_TEST_AMQP_URL", "amqp://guest:guest@127.0.0.1:5672//")
REDIS = os.environ.get("OMNIFY_TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
WAYS = (
    ("SQLite", "", ""),
    ("PostgreSQL", POSTGRESQL, ""),
    ("PostgreSQL and RabbitMQ", POSTGRESQL, RABBITMQ),
    ("PostgreSQL and Redis Streams", POSTGRESQL, REDIS),
)


def main() -> None:
    """Drain in turns with the bare script, then measure from commit to handled."""
    for name, server, bus in WAYS:
        with database(server) as url:
            bus_url = f"{bus}?prefix=omnify-bench-{os.getpid()}" if bus else ""
            found = run_child(
                "benchmarks.events_child", "drain", url, bus_url, str(EVENTS), str(ROUNDS)
            )
            ours, bare = (statistics.median(found[kind]) for kind in ("ours", "bare"))
            print(
                f"{name:<30}{ours:8.0f} events/s   bare {bare:6.0f}   {ours / bare:.2f} (goal: 0.7)"
            )
    for name, server, _ in WAYS[:2]:
        with database(server) as url:
            times = run_child("benchmarks.events_child", "latency", url, "", "300")["seconds"]
            cuts = statistics.quantiles(times, n=100)
            print(
                f"{name:<30}commit to handled at 30/s: p50 {cuts[49] * 1e3:.1f} ms (goal: 10),"
                f" p99 {cuts[98] * 1e3:.1f} ms (goal: 40)"
            )


def run_child(module: str, task: str, url: str, bus: str, *rest: str) -> dict[str, list[float]]:
    """Return the figures that a separate process prints as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", module, task, *rest],
        cwd=ROOT,
        env=environment(url, bus),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def environment(url: str, bus: str) -> dict[str, str]:
    """Return the environment of a monolith with a database and a bus."""
    return {
        "PATH": os.environ["PATH"],
        **TEST_ENVIRONMENT,
        "DATABASE_URL": url,
        "EVENT_BUS_URL": bus,
        "DJANGO_SETTINGS_MODULE": "settings.monolith",
    }


@contextlib.contextmanager
def database(server: str) -> Iterator[str]:
    """Provide a new database by its URL and delete it afterwards."""
    if not server:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/bench.sqlite3"
        return
    name = f"omnify_bench_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
