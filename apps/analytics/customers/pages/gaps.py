"""What money of people's journeys lacks, with the way to add it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from apps.integrations.contract import RATES_PAGE
from omnify.pages import numbers
from omnify.pages.parts import Banner, Link
from omnify.pages.places import first_page_of, place_of
from omnify.pages.session import PageRequest


def warn_without_rate(
    request: PageRequest, amounts: Mapping[str, Decimal], *, text: str
) -> list[Banner]:
    """Return what stands above values that lack money, by its currency; nothing without any.

    Who may import may add rates.
    """
    if not amounts:
        return []
    found = "; ".join(f"{numbers.exact(value)} {code}" for code, value in amounts.items())
    may_add = first_page_of(request, "integrations")
    rates = place_of(request, "integrations", RATES_PAGE) if may_add else ""
    link = Link(rates, "Add exchange rates") if rates else None
    return [Banner(level="warning", text=f"{text} {found}.", link=link)]
