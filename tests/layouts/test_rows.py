"""Rows are read again and again, and shown as they are at the time."""

import sqlite3
from contextlib import closing

import pytest

from tests.layouts import rows
from tests.layouts.canonical import Canonical
from tests.layouts.databases import Databases
from tests.layouts.rows import RowReader


@pytest.fixture
def databases(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "tables", lambda: {"": (), "auth": ("person", "nobody")})
    made = Databases(tmp_path, are_own=False)
    with closing(sqlite3.connect(made.path_of("auth"))) as connection:
        connection.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, token_hash)")
        connection.execute("CREATE TABLE nobody (id INTEGER PRIMARY KEY)")
        connection.execute("INSERT INTO person VALUES (1, 'Grace', 'abc'), (2, 'Ada', 'def')")
        connection.commit()
    yield made
    made.close()


class TestRowReader:
    def test_shows_rows_in_canonical_form_and_order_without_empty_tables(self, databases):
        assert RowReader(databases, Canonical()).read() == {
            "auth.person": [
                {"name": "Ada", "token_hash": "*"},
                {"name": "Grace", "token_hash": "*"},
            ]
        }

    def test_sees_each_change(self, databases):
        reader = RowReader(databases, Canonical())
        reader.read()
        with closing(sqlite3.connect(databases.path_of("auth"))) as connection:
            connection.execute("UPDATE person SET name = 'Joan' WHERE id = 1")
            connection.execute("DELETE FROM person WHERE id = 2")
            connection.commit()

        assert [row["name"] for row in reader.read()["auth.person"]] == ["Joan"]
