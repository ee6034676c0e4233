"""The exports that are known by their headers: whose they are, and what is special to them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import msgspec

from apps.integrations.imports.reading.tables.table import Table


class Export(msgspec.Struct, frozen=True):
    """A platform's export.

    Attributes:
        channel: the marketing channel that its numbers are of; empty where rows say it.
        signs: sets of headers, each of which tells the export; those that end in an opening bracket
            are beginnings.
        date_order: the order in which it writes days, where it is known.
        order_fields: for an export of orders, the columns by the mapping's field, the best first.
        special: columns of orders that a mapping cannot name.
    """

    name: str
    channel: str
    signs: tuple[frozenset[str], ...]
    date_order: str = ""
    order_fields: dict[str, tuple[str, ...]] = {}
    special: dict[str, tuple[str, ...]] = {}

    def fits(self, columns: Collection[str]) -> bool:
        """Return whether a table with such folded columns is this export."""
        return any(all(_has(columns, name) for name in sign) for sign in self.signs)


def find_export(table: Table) -> Export | None:
    """Return the export that a table is, by its headers."""
    for export in _EXPORTS:
        if export.fits(table.positions):
            return export
    return None


def _has(columns: Collection[str], name: str) -> bool:
    if name.endswith("("):
        return any(column.startswith(name) for column in columns)
    return name in columns


def _signs(*signs: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(sign.split(" + ")) for sign in signs)


#: Special columns of orders.
CANCELLED_AT, IS_TEST, REFUND_DATE, CURRENCY = "cancelled_at", "is_test", "refund_date", "currency"
#: What a row is of: a payment, a payout.
EVENT = "event"

_ORDERS: Final = (
    Export(
        "Shopify",
        "",
        _signs(
            "name + email + financial status",
            "name + financial status + total",
            "name + lineitem name + total",
            "name + lineitem quantity + created at",
        ),
        order_fields={
            "date": ("created at", "paid at"),
            "customer": ("email", "customer id", "phone", "billing name"),
            "revenue": ("total",),
            "order": ("name", "id"),
            "quantity": ("lineitem quantity",),
            "discount": ("discount amount",),
            "refund": ("refunded amount",),
            "status": ("financial status",),
        },
        special={
            CANCELLED_AT: ("cancelled at",),
            IS_TEST: ("test", "test order"),
            CURRENCY: ("currency",),
        },
    ),
    Export(
        "Stripe",
        "",
        _signs(
            "id + created (utc) + amount + currency",
            "id + created date (utc) + amount + currency",
            "id + amount refunded + status + currency",
        ),
        order_fields={
            "date": ("created (utc)", "created date (utc)", "created"),
            "customer": ("customer email", "customer id", "customer description"),
            "revenue": ("amount",),
            "order": ("id",),
            "refund": ("amount refunded",),
            "status": ("status",),
        },
        special={
            IS_TEST: ("mode",),
            EVENT: ("type", "reporting category", "reporting_category"),
            REFUND_DATE: ("refunded date (utc)",),
            CURRENCY: ("currency",),
        },
    ),
    Export(
        "WooCommerce",
        "",
        _signs(
            "order id + order status + order date",
            "order number + order status + order date",
            "order number + order date + order total amount",
            "order id + order date + order total",
            "order number + order date + order total",
        ),
        order_fields={
            "date": ("order date", "paid date", "completed date"),
            "customer": (
                *("customer email", "email (billing)", "billing email", "billing email address"),
                *("customer user email", "customer user id", "customer id", "customer"),
                *("customer note email", "billing_email", "email"),
            ),
            "revenue": ("order total amount", "order total", "total"),
            "order": ("order number", "order id"),
            "quantity": ("quantity", "item quantity", "quantity (- refund)", "qty"),
            "discount": ("cart discount amount", "order discount", "discount total"),
            "refund": ("order refund amount", "order total refunded", "refunded total"),
            "status": ("order status",),
        },
        special={CURRENCY: ("order currency", "currency")},
    ),
    Export(
        "Klaviyo",
        "",
        _signs("order id + $value", "order id + $event_id", "event + order id + value + email"),
        order_fields={
            "date": ("datetime", "timestamp", "date", "time"),
            "customer": ("email", "profile id", "person id"),
            "revenue": ("$value", "value"),
            "order": ("order id", "$event_id"),
        },
        special={
            EVENT: ("event", "event name", "metric", "metric name"),
            CURRENCY: ("currency", "$currency_code", "value currency"),
        },
    ),
)
_EXPORTS: Final = (
    *_ORDERS,
    Export("Reddit Ads", "reddit", _signs("amount spent ( + ecpm (")),
    Export(
        "Meta Ads",
        "facebook",
        _signs(
            "amount spent (",
            "ausgegebener betrag (",
            "reporting starts + impressions",
            "berichtsstart + impressionen",
            "reporting starts + amount spent",
            "importe gastado (",
            "montant dépensé (",
            "besteed bedrag (",
            "importo speso (",
            "valor usado (",
            "importe gastado",
        ),
    ),
    Export(
        "LinkedIn Ads",
        "linkedin",
        _signs("start date (in utc)", "total spent + impressions", "viral clicks + impressions"),
        date_order="mdy",
    ),
    Export(
        "Pinterest Ads",
        "pinterest",
        _signs("spend in account currency", "pin clicks + impressions", "pin clicks + spend"),
    ),
    Export(
        "Microsoft Ads",
        "microsoft",
        _signs(
            "gregorian date + spend",
            "spend + impr.",
            "spend + impressions + avg. cpc",
            "spend + all conversions",
            "spend + impressions + ctr + avg. position",
            "ausgaben + impressionen + klicks + kampagne",
            "ausgaben + impressionen + klicks + kampagnenname",
        ),
    ),
    Export(
        "Google Ads",
        "google",
        _signs(
            "impr. + cost",
            "impr. + avg. cpc",
            "impr. + kosten",
            "impr. + coût",
            "impr. + coste",
            "impr. + costo",
            "impr. + custo",
            "vertoningen + klikken + kosten",
            "cost + view-through conv.",
            "cost + conv. value",
            "cost + cost / conv.",
            "impr. + conv.",
            "cost + conv.",
            "kosten + conversions + kampagne",
            "impressions + cost + avg. cpc",
        ),
    ),
    Export(
        "TikTok Ads",
        "tiktok",
        _signs(
            "stat time day",
            "cost + clicks (destination)",
            "total cost + cpc (destination)",
            "cost + cpc (destination)",
            "cost + ad group name + video views",
            "total cost + clicks",
            "cost + 2-second video views",
            "kosten + klicks (ziel)",
            "kosten + cpc (ziel)",
        ),
    ),
    Export(
        "Klaviyo",
        "email",
        _signs("campaign name + send time", "send time + open rate", "placed order value"),
    ),
)
