"""What happens around a test: a file is imported, events arrive, jobs run, caches are forgotten."""

import pytest

from apps.auth.operations.signing_keys import forget_signing_key
from omnify.events.dispatch import dispatch
from omnify.events.relay import relay
from omnify.events.subscriptions import FLOOR
from omnify.flags.decisions import reset_flags
from omnify.identity.api_keys import api_keys
from omnify.identity.keys import key_set
from omnify.identity.revocations import revocations
from omnify.jobs import execution
from omnify.jobs.definitions import questions_of
from omnify.jobs.execution import run_job
from omnify.jobs.looks import look
from omnify.jobs.models import Job
from omnify.pages.viewers import viewers
from omnify.services.registry import manifests
from tests.journeys.main_job import FILE, MAPPING


def deliver():
    """Bring all events to their handlers, as the workers do, until none is left."""
    while relay("default"):
        for subscriber in (FLOOR, *manifests()):
            dispatch("default", subscriber)
    revocations.reset()


def run_jobs(service):
    """Run a service's jobs as a worker's look finds them, and those that they ask for.

    Returns them as they ended.
    """
    look([service])
    done = []
    # One after the other, as they were asked for.
    while row := Job.objects.filter(service=service, state="queued").order_by("id").first():
        run_job(service, str(row.id))
        done.append(Job.objects.get(id=row.id))
    return done


def answer_questions(service):
    """Answer what requests ask of a service's workers, and wait for."""
    waiting = Job.objects.filter(kind__in=questions_of(service), state="queued")
    with pytest.MonkeyPatch.context() as patch:
        # The connection is the request's, with its transaction in many tests.
        patch.setattr(execution, "close_old_connections", lambda: None)
        for row in waiting.order_by("id"):
            run_job(service, str(row.id))


def import_file(client):
    """Import the sample file, 208 weeks of EUR; returns the answer."""
    with FILE.open("rb") as file:
        body = {"file": file, "mapping": MAPPING.read_text()}
        return client.post("/api/integrations/csv/import", body)


def reset_caches():
    """Forget what this process has of the database in its memory."""
    reset_flags()
    forget_signing_key()
    for cache in (key_set, revocations, api_keys, viewers):
        cache.reset()
