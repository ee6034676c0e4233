"""Delete rows that are no longer needed; each model says which of its rows these are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import structlog
from django.apps import apps
from django.db import connections, router
from django.db.models import Model, QuerySet

from omnify.db.transactions import atomic_on

log = structlog.get_logger(__name__)
#: How many rows one transaction deletes, so that a writer on SQLite waits for few.
_BATCH = 500
Outlived = Callable[[datetime], QuerySet[Any]]


def iter_forgetful(alias: str) -> Iterator[tuple[type[Model], Outlived]]:
    """Yield the models of a database that delete old rows, and how each finds them.

    Such a model has a class method ``outlived(now)``: its rows to delete. They are queried every
    few minutes, so they need an index.
    """
    for model in apps.get_models():
        find: Outlived | None = getattr(model, "outlived", None)
        if find is not None and router.allow_migrate_model(alias, model):
            yield model, find


def forget_old(alias: str, *, now: datetime) -> bool:
    """Delete a batch of each model's old rows; returns whether there are more.

    Processes that do this at once skip each other's rows.
    """
    counts = [
        _forget_batch(alias, model, find(now).using(alias)) for model, find in iter_forgetful(alias)
    ]
    return any(count == _BATCH for count in counts)


def _forget_batch(alias: str, model: type[Model], rows: QuerySet[Any]) -> int:
    can_skip = connections[alias].features.has_select_for_update_skip_locked
    with atomic_on(alias):
        chosen = rows.order_by().select_for_update(skip_locked=can_skip)
        ids = list(chosen.values_list("pk", flat=True)[:_BATCH])
        if ids:
            rows.filter(pk__in=ids).delete()
            log.info("rows_forgotten", model=model.__name__, count=len(ids))
    return len(ids)
