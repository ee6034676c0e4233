"""The rules, and what they find; every finding names the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import msgspec

from apps.agentkit.rules.readings import ALL, ChannelReading, Readings
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
        *_left_out(readings),
    )


def _efficiency(readings: Readings) -> Iterator[Finding]:
    ratio, share = readings.blended_roas, readings.mer_pct
    if ratio is None or readings.revenue is None or readings.spend is None:
        return
    spent = f"; marketing took {share:.1%} of revenue" if share is not None and share > 0 else ""
    yield Finding(
        "efficiency",
        "info" if ratio >= 1 else "warning",
        f"Each {readings.currency} of spend came with {format_fixed(ratio, 2)} of revenue{spent}"
        f"{_rests_on(readings.coverage)}",
        "Compare it with your margin: spend pays off only from what costs leave of revenue.",
        (
            Evidence("revenue", format_money(readings.revenue, readings.currency), "totals"),
            Evidence("spend", format_money(readings.spend, readings.currency), "totals"),
            Evidence("blended_roas", format_fixed(ratio, 4), "totals"),
            *_coverage(readings.coverage, "totals"),
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
    if not readings.spend or any(money.spend for money in readings.left_out):
        return
    for channel in readings.channels:
        if channel.spend is None:
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
        price = f"A click on {channel.name} cost {format_fixed(cost, 4)} {readings.currency}"
        rests = _rests_on(channel.cpc_coverage)
        evidence = (
            Evidence("spend", format_money(channel.spend, readings.currency), channel.name),
            Evidence("clicks", format_count(channel.clicks), channel.name),
            Evidence("cpc", format_fixed(cost, 4), channel.name),
            *_coverage(channel.cpc_coverage, channel.name),
        )
        others = _cost_elsewhere(readings, channel)
        if others and cost > EXPENSIVE * others:
            yield Finding(
                "cost_per_click",
                "warning",
                f"{price}, on the other channels {format_fixed(others, 4)}{rests}",
                f"Check what clicks on {channel.name} earn before paying more for them.",
                (*evidence, Evidence("cost_per_click", format_fixed(others, 4), "other channels")),
            )
            continue
        yield Finding(
            "cost_per_click",
            "info",
            f"{price}{rests}",
            "Watch it: a rise at a steady click-through rate means more expensive auctions.",
            evidence,
        )


def _cost_elsewhere(readings: Readings, channel: ChannelReading) -> Decimal | None:
    """Return the price of a click on all other channels, over the clicks whose spend is known."""
    others = [
        (other.cpc, clicks)
        for other in readings.channels
        if other is not channel and other.cpc is not None and (clicks := _priced_clicks(other))
    ]
    clicks = sum((count for _, count in others), Decimal(0))
    return sum((cost * count for cost, count in others), Decimal(0)) / clicks if clicks else None


def _priced_clicks(channel: ChannelReading) -> Decimal | None:
    """Return the clicks that a channel's price rests on, None where they cannot be told."""
    if not channel.cpc or channel.spend is None or channel.cpc_coverage is None:
        return channel.clicks if channel.cpc == 0 else None
    return channel.spend * channel.cpc_coverage / channel.cpc


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


def _left_out(readings: Readings) -> Iterator[Finding]:
    money = [
        (name, format_money(value, each.currency), each.currency)
        for each in readings.left_out
        for name, value in (("spend", each.spend), ("revenue", each.revenue))
        if value
    ]
    if money:
        amounts = ", ".join(f"{text} {currency} of {name}" for name, text, currency in money)
        yield Finding(
            "data_gap",
            "warning",
            f"Not counted, since there is no exchange rate: {amounts}",
            f"Read the other findings as those of {readings.currency} alone.",
            tuple(
                Evidence(name, text, f"unconverted, {currency}") for name, text, currency in money
            ),
        )


def _rests_on(coverage: Decimal | None) -> str:
    """Return the part of a sentence that says how much of the spend a ratio rests on."""
    if coverage == ALL:
        return ""
    part = "a part" if coverage is None else f"{coverage:.1%}"
    return f" (known of {part} of the spend)"


def _coverage(coverage: Decimal | None, row: str) -> tuple[Evidence, ...]:
    if coverage == ALL:
        return ()
    text = "unknown" if coverage is None else format_fixed(coverage, 4)
    return (Evidence("coverage", text, row),)


def _change(earlier: Decimal | None, later: Decimal | None) -> Decimal | None:
    if earlier is None or earlier <= 0 or later is None:
        return None
    return (later - earlier) / earlier


def _moved(change: Decimal) -> str:
    if abs(change) <= STABLE:
        return f"was stable ({change:+.1%})"
    return f"{'rose' if change > 0 else 'fell'} by {abs(change):.1%}"
