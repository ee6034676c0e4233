"""Receiving what platforms push, and carrying it out."""

from apps.integrations.webhooks.operations.erasing import erase_customers
from apps.integrations.webhooks.operations.handling import forget_deliveries, handle_deliveries
from apps.integrations.webhooks.operations.receiving import answer_challenge, receive

__all__ = [
    "answer_challenge",
    "erase_customers",
    "forget_deliveries",
    "handle_deliveries",
    "receive",
]
