"""What fleets of tests need is there for them, and gone afterwards whatever became of them."""

import os

import psycopg
import pytest

from tests.journeys.fleets import new_database

SERVER = os.environ.get("OMNIFY_TEST_DATABASE_URL")


def fail_with_a_database(folder):
    with new_database(folder, "failed", SERVER) as url:
        psycopg.connect(url).close()
        raise LookupError(url)


@pytest.mark.skipif(not SERVER, reason="OMNIFY_TEST_DATABASE_URL names no server")
class TestNewDatabase:
    def test_is_gone_when_what_it_was_for_failed(self, tmp_path):
        with pytest.raises(LookupError) as failed:
            fail_with_a_database(tmp_path)

        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(str(failed.value))
