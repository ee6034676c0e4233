"""Exports of orders: which of their columns is what, whatever a mapping says of them."""

from __future__ import annotations

from typing import Any, Final

from apps.integrations.imports.reading.known.exports import (
    CANCELLED_AT,
    CURRENCY,
    IS_TEST,
    REFUND_DATE,
    Export,
)
from apps.integrations.imports.reading.mapping import (
    ORDER_FIELDS,
    AnyMapping,
    MetricsMapping,
    OrdersMapping,
)
from apps.integrations.imports.reading.names import fold_column
from apps.integrations.imports.reading.tables.table import Table

#: What files of orders of no known shop call their columns, in English and German.
_SHOP: Final = Export(
    "",
    "",
    (),
    order_fields={
        "date": (
            *("order date", "date", "created at", "created", "purchase date", "date created"),
            *("sale date", "bestelldatum", "kaufdatum", "datum", "erstellt am", "rechnungsdatum"),
        ),
        "customer": (
            *("customer email", "customer e-mail", "email", "e-mail", "email address"),
            *("customer id", "customer", "customer name", "buyer email", "buyer", "client"),
            *("buyer user id", "full name", "billing name"),
            *("e-mail (rechnung)", "e-mail (abrechnung)", "e-mail-adresse", "rechnungs-e-mail"),
            *("kunden-e-mail", "kundennummer", "kunden-nr.", "kunden-id", "kunde", "kundenname"),
        ),
        "revenue": (
            *("order total", "total amount", "order amount", "order value", "grand total"),
            *("total price", "total", "n. revenue", "net revenue", "revenue", "amount"),
            *("gross amount", "net amount", "gross total", "net total", "value"),
            *("bestellsumme", "gesamtbetrag", "gesamtsumme", "bestellwert", "gesamtpreis"),
            *("gesamt", "n. umsatz", "netto-umsatz", "umsatz", "betrag", "summe"),
            *("bruttobetrag", "nettobetrag", "betrag brutto", "betrag netto"),
        ),
        "order": (
            *("order number", "order id", "order #", "order no", "order no.", "order"),
            *("bestellnummer", "bestell-nr.", "bestellnr.", "bestell-id", "bestellung"),
            *("bestellung #", "auftragsnummer"),
        ),
        "quantity": ("quantity", "items sold", "qty", "menge", "anzahl", "verkaufte artikel"),
        "discount": ("discount", "discount amount", "discounts", "rabatt", "rabattbetrag"),
        "refund": (
            *("refund", "refunds", "refund amount", "refunded amount", "amount refunded"),
            *("refunded", "total refunded", "refund total", "returns", "returned amount"),
            *("erstattung", "erstattet", "erstattungsbetrag", "rückerstattung", "retoure"),
        ),
        "status": ("order status", "status", "bestellstatus"),
    },
    special={
        CANCELLED_AT: (
            *("cancelled at", "canceled at", "cancelled on", "canceled on", "cancellation date"),
            *("storniert am", "stornodatum"),
        ),
        IS_TEST: ("test", "test order", "is test", "testbestellung"),
        REFUND_DATE: (
            *("refund date", "date refunded", "refunded date", "refunded at", "refunded on"),
            *("erstattungsdatum", "erstattet am", "rückerstattet am"),
        ),
        CURRENCY: ("order currency", "currency", "currency code", "währung"),
    },
)


def find_orders(table: Table) -> Export | None:
    """Return how a table of orders of no known shop calls its columns, if it is one.

    It has a column each of the order, its day, its customer and its revenue.
    """
    fields = known_columns(table, _SHOP)
    return _SHOP if {"order", "date", "customer", "revenue"} <= fields.keys() else None


def is_of_orders(export: Export | None) -> bool:
    """Return whether an export is one of orders."""
    return export is not None and bool(export.order_fields)


def as_orders(mapping: AnyMapping, table: Table, export: Export) -> OrdersMapping:
    """Return the mapping of an export of orders, with the columns that it does not name."""
    fields: dict[str, Any] = dict.fromkeys(ORDER_FIELDS)
    if isinstance(mapping, OrdersMapping):
        fields.update({field: getattr(mapping, field) for field in ORDER_FIELDS})
    elif isinstance(mapping, MetricsMapping):
        fields.update(date=mapping.date, revenue=mapping.own_columns().get("revenue"))
    used = {fold_column(name) for name in fields.values() if name is not None}
    for field, column in known_columns(table, export).items():
        if fields[field] is None and fold_column(column) not in used:
            fields[field] = column
            used.add(fold_column(column))
    fields["customer"] = fields["customer"] or fields["order"]
    return OrdersMapping(
        source=mapping.source,
        brand_id=mapping.brand_id,
        sheet=mapping.sheet,
        options=mapping.options,
        currency=mapping.currency_field or "",
        **fields,
    )


def known_columns(table: Table, export: Export) -> dict[str, str]:
    """Return the columns of an export of orders, by the mapping's field."""
    found = {}
    for field, names in export.order_fields.items():
        for name in names:
            position = table.positions.get(name)
            if position is not None:
                found[field] = table.columns[position]
                break
    return found


def special_positions(table: Table, export: Export | None) -> dict[str, int]:
    """Return where the columns are that a mapping cannot name: of cancelled and test orders.

    Those of a shop that is not known have the usual names.
    """
    found: dict[str, int] = {}
    for field, names in (export or _SHOP).special.items():
        for name in names:
            if name in table.positions:
                found.setdefault(field, table.positions[name])
    return found
