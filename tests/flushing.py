"""Emptying the database after a test that commits: it costs what the test wrote, not the schema."""

import pytest
from django.core.management.commands import flush

#: What Django makes of the models after a migration: it stays, so that it is not made anew.
KEPT = {"auth_permission", "django_content_type"}


@pytest.fixture(autouse=True, scope="session")
def quick_flush():
    """Empty only the tables with rows, and tell nobody that the database was migrated."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "sql_flush", sql_flush)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_: None)
        yield


def sql_flush(style, connection, **_options):
    """The statements that empty the tables with rows, which nothing guards meanwhile."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    delete = [f"DELETE FROM {name}" for name in find_filled(connection, names)]  # noqa: S608
    if connection.vendor == "postgresql":
        # A TRUNCATE costs more: it makes a new file for each table and index.
        return ["SET LOCAL session_replication_role = replica", *delete]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE name LIKE '%only_delete'")
        guards = cursor.fetchall()
    lift = [f"DROP TRIGGER {name}" for name, _ in guards]
    return [*lift, *delete, *(sql for _, sql in guards)]


def find_filled(connection, names):
    """The tables with rows, but for those that are kept."""
    looks = (
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})"  # noqa: S608 - our models name it
        for name in sorted({*names} - KEPT)
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(looks))
        return [name for (name,) in cursor.fetchall()]
