"""Turn the database's refusal of a duplicate into a refusal with words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.db import IntegrityError
from django.db.models import Field, Model

from omnify.exceptions import OmnifyError


@contextmanager
def refuse_taken(constraint: str, refusal: OmnifyError) -> Iterator[None]:
    """Raise a refusal where the writes inside break a unique constraint.

    Use it around the transaction: ``with refuse_taken(…), atomic("auth"):``.

    Args:
        constraint: the name of a ``UniqueConstraint`` of a model; ``<table>_<column>_key`` is
            that of a field with ``unique=True``.
        refusal: what is raised; other violations pass through.

    Raises:
        LookupError: no model has a constraint of this name.
    """
    columns = _columns_of(constraint)
    try:
        yield
    except IntegrityError as error:
        if not _is_violation(error, constraint, columns):
            raise
        raise refusal from error


def _is_violation(error: IntegrityError, constraint: str, columns: str) -> bool:
    """Tell by the constraint's name on PostgreSQL, by its columns on SQLite."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None:
        return bool(diagnosis.constraint_name == constraint)
    return str(error) == f"UNIQUE constraint failed: {columns}"


@cache
def _columns_of(constraint: str) -> str:
    for model in apps.get_models():
        for name, fields in _iter_unique(model):
            if name == constraint:
                table = model._meta.db_table  # noqa: SLF001 - Django's API
                return ", ".join(f"{table}.{field.column}" for field in fields)
    raise LookupError(f"no model has a unique constraint '{constraint}'")


def _iter_unique(model: type[Model]) -> Iterator[tuple[str, list[Field[Any, Any]]]]:
    options = model._meta  # noqa: SLF001 - Django's API
    fields = {field.name: field for field in options.concrete_fields}
    for constraint in options.total_unique_constraints:
        yield constraint.name, [fields[name] for name in constraint.fields]
    for field in fields.values():
        if field.unique and not field.primary_key:
            yield f"{options.db_table}_{field.column}_key", [field]
