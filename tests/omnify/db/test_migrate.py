"""``migrate`` makes each table once, in the database of its owner."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from settings.test import TEST_ENVIRONMENT

ROOT = Path(__file__).resolve().parents[3]


def tables(path):
    with sqlite3.connect(path) as connection:
        rows = connection.execute("select name from sqlite_master where type = 'table'")
        return {name for (name,) in rows}


def recorded(path):
    with sqlite3.connect(path) as connection:
        return {app for (app,) in connection.execute("select distinct app from django_migrations")}


@pytest.fixture
def migrate(tmp_path):
    def run(services, *arguments, **environ):
        return subprocess.Popen(
            [sys.executable, "manage.py", "migrate", *arguments],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                **TEST_ENVIRONMENT,
                "DATABASE_URL": f"sqlite:///{tmp_path}/default.sqlite3",
                "OMNIFY_SERVICES": services,
                "AUTH_SERVICE_URL": "http://127.0.0.1:9",
                "INTEGRATIONS_SERVICE_URL": "http://127.0.0.1:9",
                **environ,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return run


class TestMigrate:
    def test_puts_each_table_where_its_owner_lives(self, migrate, tmp_path):
        own = f"sqlite:///{tmp_path}/own.sqlite3"
        done = migrate("auth,analytics", ANALYTICS_DATABASE_URL=own)

        output, _ = done.communicate()

        assert done.returncode == 0, output
        default, analytics = tables(tmp_path / "default.sqlite3"), tables(tmp_path / "own.sqlite3")
        assert "omnify_analytics_savedview" in analytics - default
        assert {"omnify_auth_user", "django_content_type"} <= default - analytics
        assert "omnify_flags_flag" in default & analytics
        assert recorded(tmp_path / "own.sqlite3") == {
            "omnify_analytics",
            "omnify_api",
            "omnify_events",
            "omnify_flags",
            "omnify_idempotency",
            "omnify_jobs",
        }

    def test_leaves_the_tables_of_other_services_alone(self, migrate, tmp_path):
        migrate("onboarding").communicate()

        found = tables(tmp_path / "default.sqlite3")
        assert "omnify_onboarding_wizard" in found
        assert not any(name.startswith(("omnify_auth", "auth_", "django_s")) for name in found)

    def test_lets_several_slices_migrate_one_database_at_once(self, migrate, tmp_path):
        running = [migrate(name) for name in ("auth", "integrations", "onboarding")]

        outputs = [process.communicate()[0] for process in running]

        assert [process.returncode for process in running] == [0, 0, 0], outputs
        assert {"omnify_auth", "omnify_integrations", "omnify_onboarding"} <= recorded(
            tmp_path / "default.sqlite3"
        )
