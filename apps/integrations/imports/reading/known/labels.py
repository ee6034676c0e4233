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
        *("subtotal", "sub-total", "sub total", "subtotals", "zwischensumme", "teilsumme"),
        *(
            "sous-total",
            "subtotale",
            "subtotaal",
            "delsumma",
            "delsum",
            "промежуточный итог",
            "小计",
        ),
        *("somme", "résultat total", "total result", "total results", "∑", "合計", "总计", "합계"),
    ]
)
#: Labels that go on to say what was added up: "Total: Campaigns", "Results from 2 campaigns".
_WITH_WHAT: Final = re.compile(
    r"(?:grand |overall |sub)?totals?(?:\s*[:(]|\s+[\u2013-]\s|\s+(?:of|for|de|der|from)\b).*"
    r"|(?:gesamt|summe|totaal|totale|suma)\s*[:(].*|(?:total )?results from \d+ .*",
    re.IGNORECASE,
)
_BEGINNING = re.compile(
    r"(?:grand |overall |sub)?totals?\b|gesamt|summe\b|totaal\b|totale\b|totalt\b|i alt\b|suma\b"
    r"|итого|sub[- ]totals?\b|sous-total\b|zwischensumme\b|teilsumme\b",
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
    """Return whether a name is a total's label, and none of a channel or campaign."""
    bare = name.strip(" :")
    return bare.casefold() in _WHOLE or _WITH_WHAT.fullmatch(bare) is not None
