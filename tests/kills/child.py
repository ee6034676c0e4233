"""A process of the harness: publishes, or relays and dispatches, until it is killed.

Kill points are set from outside: this bootstrap wraps the steps of the real code by name, and the
environment says before or after which of them the process kills itself. Production code knows
nothing of it.
"""

import os
import random
import signal
import sys
import time

import django

django.setup()

from django.db import connections

from omnify.api.identity import SessionRevoked  # noqa: F401 - the floor's own listener
from omnify.context import Context, use
from omnify.db import atomic
from omnify.events import dispatch as dispatching
from omnify.events import publish
from omnify.events import relay as relaying
from omnify.events.models import Outbox
from omnify.events.subscriptions import FLOOR, on
from tests.kills.facts import Fact, write_effect, write_fact

#: The steps of the code, by the name that a kill point uses.
STEPS = {
    "publish.commit": (type(connections["default"]), "_commit"),
    "relay.deliver": (relaying, "deliver"),
    "dispatch.rows": (dispatching, "_next_rows"),
    "dispatch.handle": (dispatching, "_run"),
    "dispatch.batch": (dispatching, "_handle_rows"),
    "work.commit": (type(connections["default"]), "_commit"),
}


def arm(spec):
    """Kill this process before or after a step, with a probability at each pass."""
    name, moment, chance = spec.split(":")
    owner, attribute = STEPS[name]
    original = getattr(owner, attribute)

    def wrapper(*args, **kwargs):
        if moment == "before" and random.random() < float(chance):
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **kwargs)
        if moment == "after" and random.random() < float(chance):
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, attribute, wrapper)


def plant(name):
    """Put a bug into this process that the harness has to see."""
    if name == "effect and mark in two transactions":
        atomic_on = dispatching.transaction.atomic

        def handle(alias, subscriber, shard, rows):
            for row in rows:
                handler = dispatching.find_handler(row.subscriber, row.topic)
                with atomic_on(using=alias):
                    handler.function(dispatching.decode(handler, bytes(row.payload)), alias)
                with atomic_on(using=alias):
                    type(row).objects.using(alias).filter(id=row.id).update(state="done")
            return len(rows)

        dispatching._handle_rows = handle
    elif name == "marked before sent":
        original_deliver = relaying.deliver

        def deliver(rows):
            rows = list(rows)
            Outbox.objects.filter(id__in=[row.id for row in rows]).delete()
            time.sleep(0.001)
            return original_deliver(rows)

        relaying.deliver = deliver


@on(Fact, subscriber=FLOOR)
def handle_fact(event, alias):
    """The effect that has to happen once."""
    write_effect(event, alias)


def publish_all(publisher, count):
    """Publish facts with numbers that rise per key; goes on where a killed process stopped."""
    done = write_fact.last(publisher)
    with use(Context(request_id=f"publisher-{publisher}")):
        for number in range(done + 1, count + 1):
            with atomic("auth"):
                write_fact(publisher, number)
                publish(Fact(publisher=publisher, number=number))


def work():
    """Relay and dispatch for ever."""
    while True:
        moved = relaying.relay("default") + dispatching.dispatch("default", FLOOR)
        if not moved:
            time.sleep(0.01)


if __name__ == "__main__":
    random.seed(int(os.environ["KILL_SEED"]))
    if os.environ.get("KILL_PLANT"):
        plant(os.environ["KILL_PLANT"])
    if os.environ.get("KILL_POINT"):
        arm(os.environ["KILL_POINT"])
    if sys.argv[1] == "publish":
        publish_all(int(sys.argv[2]), int(sys.argv[3]))
    else:
        work()
