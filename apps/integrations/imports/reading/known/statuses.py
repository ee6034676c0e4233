"""What the words in exports of orders mean: cancelled, refunded, a test, yes and no."""

from __future__ import annotations

from typing import Final

from apps.integrations.imports.reading.cells.forms import is_no_name
from apps.integrations.imports.reading.known.words import words

_CANCELLED: Final = words(
    """
    cancelled canceled voided void failed storniert abgebrochen annulé annulée cancelado cancelada
    annullato geannuleerd anulowane declined expired wc-cancelled wc-canceled wc-failed trash
    fehlgeschlagen incomplete blocked rejected requires_payment_method wc-checkout-draft
    """
) | {"requires payment method"}
_REFUNDED: Final = frozenset(
    [
        "refunded",
        "wc-refunded",
        "erstattet",
        "rückerstattet",
        "zurückerstattet",
        "remboursé",
        "reembolsado",
    ]
)
#: What rows of exports are of, if they are of sales: those of Stripe, and of Klaviyo.
_SALES: Final = frozenset(
    [
        *("charge", "payment", "refund", "payment_refund", "payment refund", "placed order", ""),
        *("partial_capture_reversal", "payment_reversal", "payment reversal"),
    ]
)
_TRUE: Final = words(
    """
    true yes y 1 x new ja oui si sí new_customer first
    """
)
_FALSE: Final = words(
    """
    false no n 0 returning nein non existing repeat recurring
    """
)


def is_cancelled(status: str) -> bool:
    """Return whether an order of a status brought nothing."""
    return status.casefold() in _CANCELLED


def is_refunded(status: str) -> bool:
    """Return whether all of an order of a status was paid back."""
    return status.casefold() in _REFUNDED


def is_no_sale(text: str) -> bool:
    """Return whether a row of such an event is of no sale: of a payout, a fee, a cart."""
    return text.casefold() not in _SALES


def is_test(text: str) -> bool:
    """Return whether a cell that tells test orders tells one."""
    return text.casefold() in _TRUE or text.casefold() == "test"


def is_filled(text: str) -> bool:
    """Return whether a cell has a value."""
    return not is_no_name(text)


def truth_of(text: str) -> bool | None:
    """Return what a cell says, yes or no; None if neither."""
    word = text.casefold()
    return True if word in _TRUE else False if word in _FALSE else None
