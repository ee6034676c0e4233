"""The jobs of what platforms push."""

from __future__ import annotations

from django.utils import timezone

from apps.integrations.webhooks import operations
from apps.integrations.webhooks.operations import (
    CheckSubscriptions,
    HandleDeliveries,
    SubscribeWebhooks,
    TidyDeliveries,
)
from omnify.jobs import Cron, each_look, job
from omnify.jobs.runs import Run


@each_look("integrations")
def see_deliveries() -> None:
    """Request the jobs of what came since the last look."""
    operations.request_handling()


@job(HandleDeliveries)
def handle_deliveries(run: Run, job_input: HandleDeliveries) -> int:
    """Carry out what waits for a connection."""
    return run.step(operations.handle_deliveries, job_input.connection_id, timezone.now())


@job(SubscribeWebhooks)
def subscribe_webhooks(run: Run, job_input: SubscribeWebhooks) -> bool:
    """Let a connection's platform push, where it does not."""
    return run.call(operations.subscribe, job_input.connection_id, timezone.now())


@job(CheckSubscriptions, schedule=Cron("40 3 * * *"))
def check_subscriptions(run: Run, _job_input: CheckSubscriptions) -> int:
    """Look, each day, whether platforms push still: they stop after failures."""
    return run.call(operations.check_subscriptions)


@job(TidyDeliveries, schedule=Cron("10 4 * * *"))
def tidy_deliveries(run: Run, _job_input: TidyDeliveries) -> int:
    """Delete old deliveries, each night."""
    return run.call(operations.forget_deliveries, timezone.now())
