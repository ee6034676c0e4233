"""The harness's database: made, watched, counted."""

import sys

import django

django.setup()

from django.core.management import call_command
from django.db import connections

from omnify.events.models import Delivery, Outbox
from tests.kills.facts import make_tables


def rows(sql):
    """The rows of a query."""
    with connections["default"].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def count():
    """Facts; facts without an effect, effects too many, effects out of their key's order."""
    facts = set(rows("select publisher, number from facts"))
    effects = rows("select publisher, number from effects order by n")
    disordered, last = 0, {}
    for publisher, number in effects:
        disordered += number < last.get(publisher, 0)
        last[publisher] = number
    doubled = len(effects) - len(set(effects))
    return len(facts), len(facts - set(effects)), doubled, disordered


if __name__ == "__main__":
    if sys.argv[1:] == ["idle"]:
        waiting = Outbox.objects.exists() or Delivery.objects.filter(state="new").exists()
        sys.exit(1 if waiting else 0)
    elif sys.argv[1:] == ["count"]:
        print(*count())
    else:
        call_command("migrate", verbosity=0)
        make_tables()
