"""Decide flags: by the environment, by the request's earlier decision, by the table."""

from __future__ import annotations

import hashlib
import threading
import time
from typing import NamedTuple
from uuid import UUID

from omnify.conf import settings
from omnify.context import current
from omnify.db import alias_of

#: For how long a process uses its copy of the table, in seconds.
CACHE_SECONDS = 0.5
_PERCENT = 100


class _Rule(NamedTuple):
    enabled: bool
    percent: int
    organization_ids: frozenset[str]


class _Table:
    """A process's copy of one database's flags."""

    def __init__(self) -> None:
        self.rules: dict[str, _Rule] = {}
        self.expires_at = 0.0


_tables: dict[str, _Table] = {}
#: The copy that each service has a part in, so that a call finds it in one step.
_table_of: dict[str, _Table] = {}
_lock = threading.Lock()


def is_enabled(name: str, service: str, *, default: bool = False) -> bool:
    """Tell whether a feature is on for the organization of the current request.

    The first decision holds for the whole request, also in the services it calls; only an
    environment variable of theirs overrides it.
    """
    context = current()
    decided: bool | None = settings.FLAG_OVERRIDES.get(name)
    if decided is None:
        decided = context.flags.get(name)
    if decided is None:
        decided = _decide(name, service, context.organization_id, default=default)
    context.flags[name] = decided
    return decided


def is_switched_off(name: str, service: str) -> bool:
    """Tell whether an operator stopped something that is on unless a flag says otherwise.

    Asked at every call, of the table alone: a stop takes effect within a request, and is for all.
    """
    rule = _rules(service).get(name)
    return rule is not None and not rule.enabled


def reset_flags() -> None:
    """Drop the copies of this process, so that the next decision reads the tables."""
    _tables.clear()
    _table_of.clear()


def _decide(name: str, service: str, organization_id: UUID | None, *, default: bool) -> bool:
    rule = _rules(service).get(name)
    if rule is None:
        return default
    if rule.enabled or str(organization_id) in rule.organization_ids:
        return True
    if organization_id is None or rule.percent == 0:
        return False
    digest = hashlib.sha256(f"{name}:{organization_id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % _PERCENT < rule.percent


def _rules(service: str) -> dict[str, _Rule]:
    table = _table_of.get(service)
    now = time.monotonic()
    if table is not None and now < table.expires_at:
        return table.rules
    alias = alias_of(service)
    with _lock:
        table = _table_of[service] = _tables.setdefault(alias, _Table())
        if now >= table.expires_at:
            table.rules = _read(alias)
            table.expires_at = time.monotonic() + CACHE_SECONDS
    return table.rules


def _read(alias: str) -> dict[str, _Rule]:
    from omnify.flags.models import Flag

    rows = Flag.objects.using(alias).values_list("name", "enabled", "percent", "organization_ids")
    return {name: _Rule(on, share, frozenset(chosen)) for name, on, share, chosen in rows}
