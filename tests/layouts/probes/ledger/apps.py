"""The probe as a Django app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Holds no tables of its own."""

    name = "apps.ledger"
    label = "omnify_ledger"
