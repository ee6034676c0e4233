"""After a test that commits the database is empty, and is otherwise as before."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from tests.factories.auth import make_user
from tests.flushing import find_filled

pytestmark = pytest.mark.django_db(transaction=True)
#: Its rows are guarded.
LEDGER = "omnify_auth_consent"


class TestFlush:
    def test_empties_every_table_that_was_written_to(self):
        make_user()
        tables = connection.introspection.django_table_names()
        assert {"omnify_auth_user", LEDGER} <= set(find_filled(connection, tables))

        flush()

        assert find_filled(connection, tables) == []

    def test_lifts_the_guard_of_a_ledger_no_longer_than_it_takes(self):
        flush()
        make_user()

        with transaction.atomic(), connection.cursor() as cursor:
            with pytest.raises(DatabaseError, match="append-only"):
                cursor.execute(f"DELETE FROM {LEDGER}")  # noqa: S608 - a constant
            transaction.set_rollback(True)

    def test_keeps_what_django_made_of_the_models(self):
        before = (set(ContentType.objects.values_list()), set(Permission.objects.values_list()))

        flush()

        kept = (set(ContentType.objects.values_list()), set(Permission.objects.values_list()))
        assert kept == before
        assert len(kept[0]) == len(apps.get_models())


def flush():
    call_command("flush", verbosity=0, interactive=False)
