"""The harness's database: made, watched, counted."""

import sys

import django

django.setup()

from django.core.management import call_command

from omnify.events.models import Delivery, Outbox
from omnify.jobs.models import Job
from tests.kills.facts import execute, make_tables


def count():
    """What there is of facts and jobs, and what is wrong with their effects.

    Facts, jobs; facts without an effect and marks that are missing; effects and marks too many;
    effects out of their key's order.
    """
    facts = set(execute("select publisher, number from facts"))
    effects = execute("select publisher, number from effects order by n")
    disordered, last = 0, {}
    for publisher, number in effects:
        disordered += number < last.get(publisher, 0)
        last[publisher] = number
    marks = execute("select publisher, number, step from marks")
    jobs = Job.objects.count()
    missing = len(facts - set(effects)) + 3 * jobs - len(set(marks))
    doubled = len(effects) - len(set(effects)) + len(marks) - len(set(marks))
    unfinished = Job.objects.exclude(state=Job.State.SUCCEEDED).count()
    return len(facts), jobs, missing + unfinished, doubled, disordered


def is_idle():
    """Whether nothing is left to do, here; a broker may still hold something."""
    return not (
        Outbox.objects.exists()
        or Delivery.objects.filter(state="new").exists()
        or Job.objects.filter(state__in=("queued", "running")).exists()
    )


if __name__ == "__main__":
    if sys.argv[1:] == ["idle"]:
        sys.exit(0 if is_idle() else 1)
    elif sys.argv[1:] == ["handled"]:
        print(execute("select count(*) from effects")[0][0])
    elif sys.argv[1:] == ["count"]:
        print(*count())
    else:
        call_command("migrate", verbosity=0)
        make_tables()
