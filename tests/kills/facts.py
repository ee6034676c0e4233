"""What the harness publishes and asks for, and the tables that it counts afterwards."""

from typing import ClassVar

from django.db import connections

from omnify.events import Event
from omnify.jobs import JobInput


class Fact(Event):
    """A number of a publisher; the publisher is the key."""

    topic: ClassVar[str] = "auth.fact.stated"
    key_field: ClassVar[str] = "publisher"

    publisher: int
    number: int


class Tally(JobInput):
    """A job asked for with some of the facts."""

    kind: ClassVar[str] = "auth.tally"

    publisher: int
    number: int


def execute(sql, *values):
    """Run a statement; the rows, if it gives any."""
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def make_tables():
    """Plain tables beside the real ones."""
    is_serial = connections["default"].vendor == "postgresql"
    key = "n serial primary key" if is_serial else "n integer primary key autoincrement"
    execute("create table facts (publisher integer, number integer)")
    execute(f"create table effects ({key}, publisher integer, number integer)")
    execute("create table marks (publisher integer, number integer, step integer)")


def write_fact(publisher, number):
    """The publisher's own change, in the transaction of the event."""
    execute("insert into facts values (%s, %s)", publisher, number)


def last_fact(publisher):
    """The last number whose transaction committed."""
    sql = "select coalesce(max(number), 0) from facts where publisher = %s"
    return execute(sql, publisher)[0][0]


write_fact.last = last_fact


def write_effect(event):
    """What the handler does."""
    sql = "insert into effects (publisher, number) values (%s, %s)"
    execute(sql, event.publisher, event.number)


def write_mark(publisher, number, step):
    """What a step of the job does."""
    execute("insert into marks values (%s, %s, %s)", publisher, number, step)
