"""Which languages headers are of, as far as it tells how numbers are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from apps.integrations.imports.reading.known.words import words

#: Words of headers in languages that write a decimal comma wherever they are written. Spanish is
#: not among them: Mexico writes a point.
_COMMA_WORDS: Final = words(
    """
    datum tag woche monat kosten ausgaben ausgegebener betrag impressionen klicks umsatz einnahmen
    kampagne kampagnenname währung währungscode werbekosten reichweite erlös bestellungen kanal
    anzeigengruppe berichtsstart berichtsende jour semaine mois coût coûts dépenses dépense montant
    dépensé clics campagne giorno settimana mese costo costi spesa ricavi entrate impressioni clic
    campagna valuta dag week maand kosten uitgaven vertoningen klikken omzet campagne dia mês custo
    receita impressões cliques campanha moeda faturamento dzień koszt wydatki wyświetlenia
    kliknięcia przychód kampania kostnad kostnader visningar klick intäkter omsättning kampanj
    omkostninger udgift visninger klik omsætning kampagne indtægter kulut näyttökerrat klikkaukset
    päivämäärä dátum költség megjelenések kattintások datum náklady zobrazení prokliky дата расход
    расходы показы клики доход кампания tarih harcama gösterim maliyet
    """
)
#: Words of the above that other languages have, too.
_SHARED: Final = frozenset(["week", "clic", "costo", "dia", "campagne", "mes"])
_WORD = re.compile(r"[^\W\d_]+")


def has_comma_language(columns: Iterable[str]) -> bool:
    """Return whether headers are of a language that writes a decimal comma."""
    words = {word for name in columns for word in _WORD.findall(name.casefold())}
    return bool(words & (_COMMA_WORDS - _SHARED))
