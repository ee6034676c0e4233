"""Workers look for what waits in tables, whatever one look comes to."""

from unittest.mock import Mock

import pytest
from django.db import OperationalError

from omnify.jobs import each_look, looks
from omnify.jobs.looks import look


@pytest.fixture(autouse=True)
def no_others(monkeypatch):
    monkeypatch.setattr(looks, "_looks", {})


def register(service, name, **behaviour):
    function = Mock(__module__="x", __qualname__=name, **behaviour)
    return each_look(service)(function)


class TestLook:
    def test_calls_what_the_services_registered(self):
        mine, other = register("auth", "a"), register("ml", "b")
        look(["auth"])

        assert (mine.call_count, other.call_count) == (1, 0)

    def test_goes_on_where_one_fails(self):
        register("auth", "a", side_effect=ValueError)
        next_one = register("auth", "b")
        look(["auth"])

        next_one.assert_called_once_with()

    def test_ends_where_the_database_is_away(self):
        register("auth", "a", side_effect=OperationalError)

        with pytest.raises(OperationalError):
            look(["auth"])
