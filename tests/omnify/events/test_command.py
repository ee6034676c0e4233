"""``manage.py events`` in a process whose services keep their tables in two databases."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from settings.test import TEST_ENVIRONMENT

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def manage(tmp_path):
    """Run ``manage.py`` of a slice whose analytics has a database of its own."""
    environ = {
        "PATH": os.environ["PATH"],
        **TEST_ENVIRONMENT,
        "DATABASE_URL": f"sqlite:///{tmp_path}/default.sqlite3",
        "ANALYTICS_DATABASE_URL": f"sqlite:///{tmp_path}/analytics.sqlite3",
        "OMNIFY_SERVICES": "auth,analytics",
        "INTEGRATIONS_SERVICE_URL": "http://127.0.0.1:9",
        "DRAIN_DIRECTORY": str(tmp_path),
    }

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("migrate", "-v0")
    return run


def add_dead(path, subscriber):
    with sqlite3.connect(path) as connection:
        connection.execute(
            "insert into omnify_events_delivery (event_id, subscriber, topic, version, key, shard,"
            " payload, origin, state, attempts, error, created_at) values"
            " ('0', ?, 'a.b.done', 1, '', 0, x'', x'', 'dead', 5, '', '2026-01-01')",
            [subscriber],
        )


class TestEventsCommand:
    def test_looks_at_the_databases_of_all_hosted_services_or_at_one(self, manage, tmp_path):
        add_dead(tmp_path / "default.sqlite3", "auth")
        add_dead(tmp_path / "analytics.sqlite3", "analytics")

        one = manage("events", "status", "--database=analytics")
        status, replayed = manage("events", "status"), manage("events", "replay")

        assert one.startswith("analytics: 0 events wait to be relayed\n")
        assert "default" not in one
        assert [line.split() for line in status.splitlines() if "dead" in line] == [
            ["auth", "a.b.done", "dead", "1"],
            ["analytics", "a.b.done", "dead", "1"],
        ]
        assert replayed.splitlines() == [
            "default: 1 deliveries will be handled again",
            "analytics: 1 deliveries will be handled again",
        ]
