"""Errors as answers."""

import sqlite3
from contextlib import closing

import psycopg
import pytest
from django.db import DataError, OperationalError

from omnify.api.problems import problem_response, to_omnify_error
from omnify.exceptions import RateLimitedError, ServiceUnavailableError


def write_too_much(folder):
    with closing(sqlite3.connect(folder / "small.sqlite3")) as database:
        database.execute("CREATE TABLE t (x)")
        database.execute("PRAGMA max_page_count = 3")
        database.execute("INSERT INTO t VALUES (zeroblob(99999))")


def run_out_of_disk(_folder):
    raise psycopg.errors.DiskFull


def refuse(_folder):
    raise psycopg.errors.TooManyConnections


class TestDatabaseErrors:
    @pytest.mark.parametrize(
        ("fail", "code"),
        [
            (write_too_much, "database_full"),
            (run_out_of_disk, "database_full"),
            (refuse, "database_unavailable"),
        ],
    )
    def test_tell_a_full_disk_from_the_rest(self, tmp_path, fail, code):
        with pytest.raises((sqlite3.Error, psycopg.Error)) as caught:
            fail(tmp_path)
        # As Django passes a driver's error on.
        error = OperationalError()
        error.__cause__ = caught.value

        found = to_omnify_error(error)

        assert (found.status, found.code) == (503, code)


class TestValues:
    def test_that_the_database_refuses_are_the_client_s(self):
        found = to_omnify_error(DataError("integer out of range"))

        assert (found.status, found.code) == (400, "invalid_input")


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("error", "seconds"),
        [
            (RateLimitedError(retry_after_seconds=40), "40"),
            (ServiceUnavailableError(service="ml"), "5"),
            (ServiceUnavailableError("Busy.", retry_after_seconds=2), "2"),
        ],
    )
    def test_is_told_with_what_passes(self, error, seconds):
        assert problem_response(error)["Retry-After"] == seconds
