"""A process of the harness: publishes, handles events or runs jobs, until it is killed.

Kill points are set from outside: this bootstrap wraps the steps of the real code by name, and the
environment says before or after which of them the process kills itself. Production code knows
nothing of it.
"""

import os
import random
import signal
import sys
import threading
import time
from pathlib import Path

import django
import msgspec

django.setup()

from django.core.management import call_command
from django.db import DatabaseError, connections, transaction

from omnify.context import Context, use
from omnify.db import atomic
from omnify.events import dispatch as dispatching
from omnify.events import ingest as ingesting
from omnify.events import on, publish
from omnify.events import relay as relaying
from omnify.events.bus import rabbitmq, streams
from omnify.events.models import Delivery, Outbox
from omnify.events.worker import EventThread
from omnify.jobs import job, steps
from omnify.jobs import worker as working
from omnify.jobs.operations import request_job
from omnify.services.registry import manifests
from tests.kills.facts import Fact, Tally, write_effect, write_fact, write_mark

#: The steps of the code, by the name that a kill point uses.
STEPS = {
    "publish.commit": [(type(connections["default"]), "_commit")],
    "relay.deliver": [(relaying, "deliver")],
    "bus.send": [(rabbitmq.RabbitMqSender, "send"), (streams.StreamsSender, "send")],
    "ingest.store": [(ingesting, "store")],
    "ingest.acknowledge": [
        (rabbitmq.RabbitMqReceiver, "acknowledge"),
        (streams.StreamsReceiver, "acknowledge"),
    ],
    "dispatch.rows": [(dispatching, "_next_rows")],
    "dispatch.handle": [(dispatching, "_run")],
    "dispatch.batch": [(dispatching, "_handle_rows")],
    "work.commit": [(type(connections["default"]), "_commit")],
    "jobs.hand_over": [(working, "hand_over")],
    "jobs.claim": [(steps.Steps, "claim")],
    "jobs.effect": [(steps.Steps, "_run_effect")],
}
#: A publisher asks for a job with every so many facts.
FACTS_PER_JOB = 50
STEPS_PER_JOB = 3


def arm(spec):
    """Kill this process before or after a step, with a probability at each pass."""
    name, moment, chance = spec.split(":")
    for owner, attribute in STEPS[name]:
        setattr(owner, attribute, _armed(getattr(owner, attribute), moment, float(chance)))


def _armed(original, moment, chance):
    def wrapper(*args, **kwargs):
        if moment == "before" and random.random() < chance:
            _die()
        result = original(*args, **kwargs)
        if moment == "after" and random.random() < chance:
            _die()
        return result

    return wrapper


def _die():
    with Path(os.environ["KILL_LOG"]).open("ab") as log:
        log.write(b"x")
    os.kill(os.getpid(), signal.SIGKILL)


def effect_and_mark_in_two_transactions():
    """The handler's effect commits before the mark that it happened."""
    atomic_on = transaction.atomic

    def handle(alias, rows, *, is_suspect):
        for row in rows:
            handler = dispatching.find_handler(row.subscriber, row.topic)
            with atomic_on(using=alias):
                handler.function(dispatching.decode(handler, bytes(row.payload), row.version))
            with atomic_on(using=alias):
                Delivery.objects.using(alias).filter(id=row.id).update(state="done")
        return len(rows)

    dispatching._handle_rows = handle


def marked_before_sent():
    """Rows leave the outbox before they have arrived."""
    original = relaying.deliver

    def deliver(alias, rows):
        rows = list(rows)
        Outbox.objects.filter(id__in=[row.id for row in rows]).delete()
        time.sleep(0.001)
        return original(alias, rows)

    relaying.deliver = deliver


def acknowledged_before_stored():
    """The broker forgets what no database has yet."""

    def take_turn(receiver):
        received = receiver.receive(limit=200, wait_seconds=0.5)
        if received:
            receiver.acknowledge(received)
            time.sleep(0.002)
            ingesting.store(received)
        return len(received)

    ingesting.take_turn = take_turn


def rows_claimed_instead_of_shards():
    """Relays take single rows past each other."""

    def relay(alias):
        with transaction.atomic(using=alias):
            rows = Outbox.objects.using(alias).select_for_update(skip_locked=True)
            claimed = list(rows.order_by("id")[:3])
            time.sleep(random.random() * 0.01)
            relaying.deliver(alias, claimed)
            Outbox.objects.using(alias).filter(id__in=[row.id for row in claimed]).delete()
        return len(claimed)

    from omnify.events import worker

    worker.relay = relay


#: Bugs that the harness has to see, by the name that the environment gives.
PLANTS = {
    "effect and mark in two transactions": effect_and_mark_in_two_transactions,
    "marked before sent": marked_before_sent,
    "acknowledged before stored": acknowledged_before_stored,
    "rows claimed instead of shards": rows_claimed_instead_of_shards,
}

# One service listens, by its manifest as any does.
manifests()["analytics"] = msgspec.structs.replace(
    manifests()["analytics"], listens_to=(Fact.topic,)
)


@on(Fact, subscriber="analytics")
def handle_fact(event):
    """The effect that has to happen once."""
    write_effect(event)


@job(Tally)
def tally(run, asked):
    """Steps that have to happen once each."""
    for step in range(STEPS_PER_JOB):
        run.step(write_mark, asked.publisher, asked.number, step)
        run.progress(step + 1, STEPS_PER_JOB)


def publish_all(publisher, count):
    """Publish facts with numbers that rise per key; goes on where a killed process stopped."""
    while True:
        try:
            done = write_fact.last(publisher)
            with use(Context(request_id=f"publisher-{publisher}")):
                for number in range(done + 1, count + 1):
                    _publish(publisher, number)
        except DatabaseError:
            # A server that is started again; whether the last commit came through is asked anew.
            connections.close_all()
            time.sleep(0.2)
        else:
            return


def _publish(publisher, number):
    with atomic("auth"):
        write_fact(publisher, number)
        publish(Fact(publisher=publisher, number=number))
        if number % FACTS_PER_JOB == 0:
            request_job(Tally(publisher=publisher, number=number))
    time.sleep(float(os.environ.get("KILL_PAUSE", "0")))


def work():
    """Relay, ingest and dispatch as a serving process does."""
    if relaying.is_configured():
        ingesting.IngestThread().start()
    EventThread().run()


def serve(port):
    """Answer health checks as a serving process does, beside its threads."""
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    from omnify.wsgi import application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_):
            """Say nothing of requests."""

    threading.Thread(target=work, daemon=True).start()
    make_server("127.0.0.1", port, application, handler_class=Quiet).serve_forever()


def serve_in_production():
    """Serve as in production: with processes that answer and handle events, and a worker's."""
    call_command("serve")


def run_jobs():
    """Run jobs as a worker process does, with a shorter patience with the dead."""
    worker = working.JobWorker(["auth"], beat_seconds=0.3, dead_seconds=2.0, look_seconds=0.05)
    worker.start()
    while True:
        time.sleep(60)


if __name__ == "__main__":
    random.seed(int(os.environ["KILL_SEED"]))
    # A child that is started again must not die where the last one did.
    os.register_at_fork(after_in_child=random.seed)
    if os.environ.get("KILL_PLANT"):
        PLANTS[os.environ["KILL_PLANT"]]()
    if os.environ.get("KILL_POINT"):
        arm(os.environ["KILL_POINT"])
    if sys.argv[1] == "publish":
        publish_all(int(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1] == "jobs":
        run_jobs()
    elif sys.argv[1] == "serve":
        serve(int(sys.argv[2]))
    elif sys.argv[1] == "server":
        serve_in_production()
    else:
        work()
