"""Databases per service: transactions, routing, migrations."""

from omnify.db.transactions import alias_of, atomic, in_transaction

__all__ = ["alias_of", "atomic", "in_transaction"]
