"""Probe the back-ends and keep their states."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.conf import settings
from django.db import DatabaseError

from apps.infrastructure.backends import BACKENDS, Outcome, probe_all
from apps.infrastructure.models import BackendState
from omnify.db import atomic

log = structlog.get_logger(__name__)


def check_backends(*, now: datetime) -> list[BackendState]:
    """Probe the configured back-ends; keep each outcome and when the status last changed.

    Where the database takes no writes, the outcomes are returned all the same.
    """
    addresses = {backend.name: getattr(settings, backend.setting) for backend in BACKENDS}
    states = [_note(outcome, now) for outcome in probe_all(addresses)]
    try:
        with atomic("infrastructure"):
            for state in states:
                state.save()
    except DatabaseError as error:
        log.warning("states_of_backends_not_kept", reason=str(error))
    return states


def _note(outcome: Outcome, now: datetime) -> BackendState:
    state = BackendState.objects.filter(backend=outcome.name).first()
    if state is None:
        state = BackendState(backend=outcome.name, since=now)
    elif state.status != outcome.status:
        state.since = now
    state.status = outcome.status
    state.latency_ms = outcome.latency_ms
    state.version = outcome.version[:100]
    state.detail = outcome.detail[:300]
    state.checked_at = now
    return state
