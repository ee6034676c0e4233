"""Proposes a file's currency: what its headers and cells say, else the organization's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from apps.integrations.imports.reading.cells.currencies import find_currencies
from apps.integrations.imports.reading.results import Remark

#: What a sign means nearly always, of all that it may.
_USUAL: Final = ("GBP",)
#: What a sign is likely to mean, first.
_LIKELY: Final = ("USD", "CAD", "AUD", "JPY", "CNY", "SEK", "NOK", "DKK", "INR")
_NAMED: Final = 3


class CurrencyProposal(msgspec.Struct, frozen=True):
    """The currency of a file's amounts.

    Attributes:
        code: None where nothing says it, or what is written may mean several.
        choices: the codes that it may be then, the likely ones first; empty where nothing says it.
    """

    code: str | None
    choices: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


def propose_currency(written: Iterable[frozenset[str]], own: str | None) -> CurrencyProposal:
    """Return the currency that all of what is written may mean; ``own`` is the organization's."""
    found = [codes for codes in written if codes]
    if not found:
        return CurrencyProposal(own)
    codes = frozenset.intersection(*found)
    if own in codes:
        return CurrencyProposal(own)
    usual = [code for code in _USUAL if code in codes]
    if len(codes) == 1 or usual:
        return CurrencyProposal(usual[0] if usual else next(iter(codes)))
    if not codes:
        several = tuple(dict.fromkeys(_sorted(each)[0] for each in found))
        message = f"The file's amounts are in {' and '.join(several)}: map those of one currency."
    else:
        several = _sorted(codes)
        shown = ", ".join(several[:_NAMED])
        more = " or another one" if len(several) > _NAMED else ""
        message = f"The sign beside the file's amounts may mean {shown}{more}: say the currency."
    return CurrencyProposal(None, several, (Remark(code="currency_open", message=message),))


def leave_open(column: str, words: Iterable[str]) -> CurrencyProposal:
    """Return that a column should name the currency, and has words that are no codes of one."""
    found = [codes for word in words if (codes := find_currencies(word))]
    choices = _sorted(frozenset[str]().union(*found))
    message = f"The column '{column}' does not name one currency by its code: say it."
    return CurrencyProposal(None, choices, (Remark(code="currency_open", message=message),))


def _sorted(codes: frozenset[str]) -> tuple[str, ...]:
    likely = [code for code in (*_USUAL, *_LIKELY) if code in codes]
    return (*likely, *sorted(codes.difference(likely)))
