"""The facts that the harness publishes, and the tables that it counts afterwards."""

from typing import ClassVar

from django.db import connections

from omnify.events import Event


class Fact(Event):
    """A number of a publisher; the publisher is the key."""

    topic: ClassVar[str] = "auth.fact.stated"
    key_field: ClassVar[str] = "publisher"

    publisher: int
    number: int


def make_tables():
    """Plain tables beside the real ones."""
    kind = "serial" if connections["default"].vendor == "postgresql" else "integer"
    key = "primary key" if kind == "serial" else "primary key autoincrement"
    with connections["default"].cursor() as cursor:
        cursor.execute("create table facts (publisher integer, number integer)")
        cursor.execute(f"create table effects (n {kind} {key}, publisher integer, number integer)")


def write_fact(publisher, number):
    """The publisher's own change, in the transaction of the event."""
    with connections["default"].cursor() as cursor:
        cursor.execute("insert into facts values (%s, %s)", [publisher, number])


def last_fact(publisher):
    """The last number whose transaction committed."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select coalesce(max(number), 0) from facts where publisher = %s", [publisher]
        )
        return cursor.fetchone()[0]


write_fact.last = last_fact


def write_effect(event, alias):
    """What the handler does."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "insert into effects (publisher, number) values (%s, %s)",
            [event.publisher, event.number],
        )
