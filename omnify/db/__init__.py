"""Databases per service: transactions, routing, migrations."""

from omnify.db.constraints import refuse_taken
from omnify.db.transactions import (
    alias_of,
    aliases_of,
    atomic,
    atomic_on,
    in_transaction,
    services_by_alias,
)

__all__ = [
    "alias_of",
    "aliases_of",
    "atomic",
    "atomic_on",
    "in_transaction",
    "refuse_taken",
    "services_by_alias",
]
