"""How exports call their rows of totals."""

from __future__ import annotations

import re
from typing import Final

#: A whole name that is none but says that the row is a total.
_WHOLE: Final = frozenset(
    [
        *(
            "total",
            "totals",
            "grand total",
            "grand totals",
            "overall total",
            "account total",
            "overall",
        ),
        *(
            "gesamt",
            "gesamtsumme",
            "summe",
            "insgesamt",
            "totaal",
            "totale",
            "totales",
            "total général",
        ),
        *("gesamtergebnis", "eindtotaal", "totale complessivo", "totale generale", "suma końcowa"),
        *("total general", "total geral", "totalt", "łącznie", "suma", "итого", "all channels"),
        *("sum", "ergebnis", "i alt", "yhteensä", "összesen", "celkem", "razem", "toplam"),
    ]
)
_BEGINNING = re.compile(
    r"(?:grand |overall |sub)?totals?\b|gesamt|summe\b|totaal\b|totale\b|totalt\b|suma\b|итого",
    re.IGNORECASE,
)

_TOTAL: Final = r"(?:sub)?totals?|gesamt|summe|ergebnis|totaal|totale|totalt|suma|итого"
_OF_A_NAME: Final = re.compile(
    rf"(?:{_TOTAL})[\s:]+(?:(?:for|of|von|für)\s+)?(?P<first>.+)|(?P<last>.+?)[\s:(-]+(?:{_TOTAL})\)?",
    re.IGNORECASE,
)


def begins_like_total(text: str) -> bool:
    """Return whether a cell begins as labels of totals do: "Total: Account"."""
    return _BEGINNING.match(text.strip()) is not None


def find_summed(name: str) -> str:
    """Return what a label says to be the total of: "Google" for "Google Total", else nothing."""
    found = _OF_A_NAME.fullmatch(name.strip())
    return (found["first"] or found["last"]).strip() if found is not None else ""


def is_total(name: str) -> bool:
    """Return whether a name is a total's label, and nothing more."""
    return name.strip(" :").casefold() in _WHOLE
