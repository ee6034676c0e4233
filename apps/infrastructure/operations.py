"""Probe the back-ends and keep their states."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from apps.infrastructure.backends import BACKENDS, Outcome, probe_all
from apps.infrastructure.models import BackendState
from omnify.db import atomic


def check_backends(*, now: datetime) -> list[BackendState]:
    """Probe the configured back-ends; keep each outcome and when the status last changed."""
    addresses = {backend.name: getattr(settings, backend.setting) for backend in BACKENDS}
    outcomes = probe_all(addresses)
    with atomic("infrastructure"):
        return [_keep(outcome, now) for outcome in outcomes]


def _keep(outcome: Outcome, now: datetime) -> BackendState:
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
    state.save()
    return state
