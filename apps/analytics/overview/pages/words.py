"""Numbers as people read them."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from apps.analytics.metrics.formats import format_value
from apps.analytics.metrics.measures import COUNT, MEASURES

UNKNOWN: Final = "unknown"
#: Ratios that people read in percent.
SHARES: Final = frozenset({"mer_pct", "ctr", "cvr"})


def readable(name: str, value: Decimal | None, currency: str) -> str | None:
    """A measure's value with separators, whole counts, shares in percent; None stays None."""
    if value is None:
        return None
    if name in SHARES:
        return f"{value:.1%}"
    if MEASURES[name].unit == COUNT:
        return f"{value:,.0f}"
    text = format_value(name, value, currency=currency)
    return f"{Decimal(text or 0):,}"


def change_of(
    now: Decimal | None, before: Decimal | None, *, is_good: bool | None
) -> dict[str, str] | None:
    """A change as the shell's ``_delta.html`` shows it, None where there is no base for one.

    Args:
        now: the value.
        before: what it is compared with.
        is_good: whether more of it is good news; None where it is neither.
    """
    if now is None or not before:
        return None
    # Against the base's size: from -100 to 50 is up, also where the sign of a quotient says down.
    change = (now - before) / abs(before)
    mood = "secondary"
    if change and is_good is not None:
        mood = "green" if (change > 0) == is_good else "red"
    direction = "" if not change else "up" if change > 0 else "down"
    return {"text": f"{change:+.1%}", "direction": direction, "mood": mood}
