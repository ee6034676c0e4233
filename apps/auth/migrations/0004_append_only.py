"""Let the database itself refuse to change the ledgers' rows, whoever asks."""

from django.db import migrations

TABLES = ("omnify_auth_auditentry", "omnify_auth_consent")
POSTGRESQL = """
CREATE OR REPLACE FUNCTION omnify_auth_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
"""
POSTGRESQL_TRIGGER = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION omnify_auth_append_only();
"""
# 0005_ledgers_keep_rows adds DELETE.
SQLITE_TRIGGER = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
"""


def guard(apps, editor):
    is_postgresql = editor.connection.vendor == "postgresql"
    if is_postgresql:
        editor.execute(POSTGRESQL, params=None)
    for table in TABLES:
        trigger = POSTGRESQL_TRIGGER if is_postgresql else SQLITE_TRIGGER
        editor.execute(trigger.format(table=table), params=None)


def unguard(apps, editor):
    is_postgresql = editor.connection.vendor == "postgresql"
    for table in TABLES:
        place = f" ON {table}" if is_postgresql else ""
        editor.execute(f"DROP TRIGGER {table}_append_only{place}")
    if is_postgresql:
        editor.execute("DROP FUNCTION omnify_auth_append_only")


class Migration(migrations.Migration):
    dependencies = [("omnify_auth", "0003_signingkey_signs_from")]
    operations = [migrations.RunPython(guard, unguard)]
