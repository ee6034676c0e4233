"""Let SQLite refuse to delete the ledgers' rows too, as PostgreSQL does."""

from django.db import migrations

TABLES = ("omnify_auth_auditentry", "omnify_auth_consent")
TRIGGER = """
CREATE TRIGGER {table}_append_only_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
"""


def guard(apps, editor):
    if editor.connection.vendor == "sqlite":
        for table in TABLES:
            editor.execute(TRIGGER.format(table=table), params=None)


def unguard(apps, editor):
    if editor.connection.vendor == "sqlite":
        for table in TABLES:
            editor.execute(f"DROP TRIGGER {table}_append_only_delete")


class Migration(migrations.Migration):
    dependencies = [("omnify_auth", "0004_append_only")]
    operations = [migrations.RunPython(guard, unguard)]
