"""The rules, and what they find; every finding names the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import msgspec

from apps.agentkit.rules.readings import ChannelReading, Readings
from omnify.money import format_count, format_fixed, format_money

#: A change within this share is called stable.
STABLE: Final = Decimal("0.05")
#: A channel with more than this share of all spend is a concentration.
CONCENTRATED: Final = Decimal("0.5")
#: A click is expensive above this many times the price of a click on the other channels.
EXPENSIVE: Final = 2


class Evidence(msgspec.Struct, frozen=True):
    """A number behind a finding, and the row of the source that it comes from."""

    measure: str
    value: str
    row: str


class Finding(msgspec.Struct, frozen=True):
    """A fact about the numbers, its severity (``info``, ``warning``), and a recommendation."""

    kind: str
    severity: str
    title: str
    recommendation: str
    evidence: tuple[Evidence, ...]


def analyse(readings: Readings) -> tuple[Finding, ...]:
    """Return all findings of the rules; none where the numbers are unknown."""
    return (
        *_efficiency(readings),
        *_revenue_trend(readings),
        *_concentration(readings),
        *_spend_trends(readings),
        *_cost_per_click(readings),
        *_unattributed(readings),
        *_untracked(readings),
    )


def _efficiency(readings: Readings) -> Iterator[Finding]:
    ratio, share = readings.blended_roas, readings.mer_pct
    if ratio is None or readings.revenue is None or readings.spend is None:
        return
    spent = f"; marketing took {share:.1%} of revenue" if share is not None and share > 0 else ""
    yield Finding(
        "efficiency",
        "info" if ratio >= 1 else "warning",
        f"Each {readings.currency} of spend came with {format_fixed(ratio, 2)} of revenue{spent}",
        "Compare it with your margin: spend pays off only from what costs leave of revenue.",
        (
            Evidence("revenue", format_money(readings.revenue, readings.currency), "totals"),
            Evidence("spend", format_money(readings.spend, readings.currency), "totals"),
            Evidence("blended_roas", format_fixed(ratio, 4), "totals"),
        ),
    )


def _revenue_trend(readings: Readings) -> Iterator[Finding]:
    change = _change(readings.earlier_revenue, readings.later_revenue)
    if change is None or readings.later_revenue is None or readings.earlier_revenue is None:
        return
    severity = "warning" if change < -STABLE else "info"
    yield Finding(
        "revenue_trend",
        severity,
        f"Revenue {_moved(change)} from the first half of the range to the second",
        "Compare with the same weeks of the year before: seasons move revenue, too.",
        (
            Evidence(
                "revenue", format_money(readings.earlier_revenue, readings.currency), "earlier half"
            ),
            Evidence(
                "revenue", format_money(readings.later_revenue, readings.currency), "later half"
            ),
        ),
    )


def _concentration(readings: Readings) -> Iterator[Finding]:
    for channel in readings.channels:
        if not readings.spend or channel.spend is None:
            continue
        share = channel.spend / readings.spend
        if share > CONCENTRATED:
            yield Finding(
                "concentration",
                "warning",
                f"{channel.name} takes {share:.0%} of the spend",
                f"Test how revenue changes when part of {channel.name}'s spend moves elsewhere.",
                (
                    Evidence("spend", format_money(channel.spend, readings.currency), channel.name),
                    Evidence("spend", format_money(readings.spend, readings.currency), "totals"),
                ),
            )


def _spend_trends(readings: Readings) -> Iterator[Finding]:
    for channel in readings.channels:
        change = _change(channel.earlier_spend, channel.later_spend)
        if change is None or abs(change) <= STABLE:
            continue
        yield Finding(
            "spend_trend",
            "info",
            f"Spend on {channel.name} {_moved(change)} from the first half to the second",
            "Check that the change was intended.",
            tuple(
                Evidence("spend", format_money(value, readings.currency), f"{channel.name}, {half}")
                for half, value in (
                    ("earlier half", channel.earlier_spend),
                    ("later half", channel.later_spend),
                )
                if value is not None
            ),
        )


def _cost_per_click(readings: Readings) -> Iterator[Finding]:
    for channel in readings.channels:
        cost = channel.cpc
        if cost is None or channel.clicks is None or channel.spend is None:
            continue
        title = f"A click on {channel.name} cost {format_fixed(cost, 4)} {readings.currency}"
        evidence = (
            Evidence("spend", format_money(channel.spend, readings.currency), channel.name),
            Evidence("clicks", format_count(channel.clicks), channel.name),
            Evidence("cpc", format_fixed(cost, 4), channel.name),
        )
        others = _cost_elsewhere(readings, channel)
        if others and cost > EXPENSIVE * others:
            yield Finding(
                "cost_per_click",
                "warning",
                f"{title}, on the other channels {format_fixed(others, 4)}",
                f"Check what clicks on {channel.name} earn before paying more for them.",
                (*evidence, Evidence("cost_per_click", format_fixed(others, 4), "other channels")),
            )
            continue
        yield Finding(
            "cost_per_click",
            "info",
            title,
            "Watch it: a rise at a steady click-through rate means more expensive auctions.",
            evidence,
        )


def _cost_elsewhere(readings: Readings, channel: ChannelReading) -> Decimal | None:
    """Return the price of a click on all other channels together, weighted by their clicks."""
    others = [
        (other.cpc, other.clicks)
        for other in readings.channels
        if other is not channel and other.clicks and other.cpc is not None
    ]
    clicks = sum((count for _, count in others), Decimal(0))
    return sum((cost * count for cost, count in others), Decimal(0)) / clicks if clicks else None


def _unattributed(readings: Readings) -> Iterator[Finding]:
    silent = [c.name for c in readings.channels if c.spend and c.attributed_revenue is None]
    if silent:
        yield Finding(
            "data_gap",
            "warning",
            f"No revenue is attributed to {', '.join(silent)}: what they earned is unknown",
            "Connect the platforms, or import attributed revenue, to compare channels.",
            tuple(Evidence("attributed_revenue", "unknown", name) for name in silent),
        )


def _untracked(readings: Readings) -> Iterator[Finding]:
    blind = [
        (channel.name, channel.spend)
        for channel in readings.channels
        if channel.spend and channel.impressions is None and channel.clicks is None
    ]
    if blind:
        names = ", ".join(name for name, _ in blind)
        yield Finding(
            "data_gap",
            "info",
            f"No impressions or clicks are known of {names}: what they reached is unknown",
            "Connect the platforms, or import impressions or clicks, where they are counted.",
            tuple(
                evidence
                for name, spend in blind
                for evidence in (
                    Evidence("spend", format_money(spend, readings.currency), name),
                    Evidence("impressions", "unknown", name),
                    Evidence("clicks", "unknown", name),
                )
            ),
        )


def _change(earlier: Decimal | None, later: Decimal | None) -> Decimal | None:
    if earlier is None or earlier <= 0 or later is None:
        return None
    return (later - earlier) / earlier


def _moved(change: Decimal) -> str:
    if abs(change) <= STABLE:
        return f"was stable ({change:+.1%})"
    return f"{'rose' if change > 0 else 'fell'} by {abs(change):.1%}"
