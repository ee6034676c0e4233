"""The tables of all concepts, where Django looks for them."""

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.actions.models import PlatformAction
from apps.integrations.authorizing.models import Credential, OAuthState
from apps.integrations.calling.models import Quota, RawAnswer, Turn
from apps.integrations.connections.models import Connection
from apps.integrations.customers.models import CustomerKey
from apps.integrations.imports.models import (
    Change,
    CsvImport,
    Layer,
    LayerChunk,
    OriginalChunk,
    StagedChunk,
    StagedFile,
)
from apps.integrations.metrics.models import Channel, DailyMetric, Entity
from apps.integrations.orders.models import Order
from apps.integrations.rates.models import ExchangeRate, SharedRate
from apps.integrations.syncing.models import Cursor, PlatformTotal, SyncRun, SyncSlice
from apps.integrations.touchpoints.models import Touchpoint
from apps.integrations.webhooks.models import WebhookDelivery, WebhookSubscription

__all__ = [
    "Change",
    "Channel",
    "Connection",
    "Credential",
    "CsvImport",
    "Cursor",
    "CustomerKey",
    "DailyMetric",
    "Entity",
    "ExchangeRate",
    "Layer",
    "LayerChunk",
    "OAuthState",
    "Order",
    "OriginalChunk",
    "PlatformAccount",
    "PlatformAction",
    "PlatformTotal",
    "Quota",
    "RawAnswer",
    "SharedRate",
    "StagedChunk",
    "StagedFile",
    "SyncRun",
    "SyncSlice",
    "Touchpoint",
    "Turn",
    "WebhookDelivery",
    "WebhookSubscription",
]
