"""Configure the app of the kept answers."""

from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    """One table in each service's database, beside the effects it guards."""

    name = "omnify.idempotency"
    label = "omnify_idempotency"
    verbose_name = "Idempotency"
