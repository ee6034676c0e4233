"""Transactions named by the service whose database they are on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

from omnify.conf import settings

_depth: ContextVar[int] = ContextVar("omnify_transaction_depth", default=0)


def alias_of(service: str) -> str:
    """Return the database alias that a service's tables live in."""
    alias: str = settings.DATABASE_ALIASES[service]
    return alias


def aliases_of(services: Iterable[str]) -> list[str]:
    """Return the databases that the tables of some services live in, each once."""
    return list(services_by_alias(services))


def services_by_alias(services: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return those databases with which of the services each has."""
    found: dict[str, tuple[str, ...]] = {}
    for service in services:
        alias = alias_of(service)
        found[alias] = (*found.get(alias, ()), service)
    return found


@contextmanager
def atomic(service: str) -> Iterator[None]:
    """Open a transaction on a service's database; also usable as a decorator.

    No other service may be called inside: on SQLite the caller would hold the write lock
    while the callee waits for it, and the monolith has to behave as a split fleet does.
    """
    with atomic_on(alias_of(service)):
        yield


@contextmanager
def atomic_on(alias: str) -> Iterator[None]:
    """Open a transaction on a database, for code of the floor that knows no service."""
    token = _depth.set(_depth.get() + 1)
    try:
        with transaction.atomic(using=alias):
            yield
    finally:
        _depth.reset(token)


def in_transaction() -> bool:
    """Tell whether a transaction opened by ``atomic`` is still open here."""
    return _depth.get() > 0
