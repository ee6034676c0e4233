"""Asking platforms to push, receiving what they do, and carrying it out."""

from apps.integrations.webhooks.operations.erasing import erase_customers
from apps.integrations.webhooks.operations.handling import (
    HandleDeliveries,
    TidyDeliveries,
    forget_deliveries,
    handle_deliveries,
    request_handling,
)
from apps.integrations.webhooks.operations.receiving import answer_challenge, receive
from apps.integrations.webhooks.operations.subscribing import (
    CheckSubscriptions,
    SubscribeWebhooks,
    check_subscriptions,
    end_subscription,
    request_subscription,
    subscribe,
)

__all__ = [
    "CheckSubscriptions",
    "HandleDeliveries",
    "SubscribeWebhooks",
    "TidyDeliveries",
    "answer_challenge",
    "check_subscriptions",
    "end_subscription",
    "erase_customers",
    "forget_deliveries",
    "handle_deliveries",
    "receive",
    "request_handling",
    "request_subscription",
    "subscribe",
]
