"""What the store has, and whether it is what integrations has."""

import time
from datetime import UTC, datetime

from apps.analytics.store.queries.slices import list_source_ids
from apps.analytics.store.queries.verifying import find_differences
from apps.integrations.connections.models import Connection
from apps.integrations.imports.operations.finishing import finish_change
from omnify.context import Context, use
from tests.factories.integrations import import_metrics
from tests.world import deliver, run_jobs


def settle():
    """Bring all events to their handlers, and run the jobs that they ask for."""
    deliver()
    run_jobs("analytics")
    deliver()


def bring(values):
    """Let metrics of campaigns count, without a file, in the organization in the context."""
    import_metrics(values, levels=dict.fromkeys(("spend", "clicks"), "campaign"))
    for connection in Connection.objects.all():
        assert finish_change(connection, deadline=time.monotonic() + 60, now=datetime.now(UTC))


def differences(organization_id):
    """What the store has otherwise than integrations, as ``manage.py analytics verify`` says it."""
    with use(Context(organization_id=organization_id)):
        found = [each for source in list_source_ids() for each in find_differences(source)]
    return [f"{each.date} {each.what}" for each in found]
