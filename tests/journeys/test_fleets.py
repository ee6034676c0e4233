"""What fleets of tests need is there for them, and gone afterwards whatever became of them."""

import os

import psycopg
import pytest

from tests.journeys.fleets import new_database
from tests.needs import needs

SERVER = os.environ.get("OMNIFY_TEST_DATABASE_URL")


def fail_with_a_database(folder):
    with new_database(folder, "failed", SERVER) as url:
        psycopg.connect(url).close()
        raise LookupError(url)


@needs("OMNIFY_TEST_DATABASE_URL")
class TestNewDatabase:
    def test_is_gone_when_what_it_was_for_failed(self, tmp_path):
        with pytest.raises(LookupError) as failed:
            fail_with_a_database(tmp_path)

        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(str(failed.value))
