"""The numbers that metrics hold; integrations' contract shows them to other services."""

from __future__ import annotations

from typing import Final

from omnify.services.messages import Message

CURRENCY, COUNT = "currency", "count"
#: What a metric's numbers can be summed over: connections, entities (channels, campaigns, …), days.
EVERY_DIMENSION = ("connection", "entity", "day")


class Measure(Message):
    """A number that metrics hold, in millionths; the one place where it is declared.

    Attributes:
        unit: ``CURRENCY`` or ``COUNT``.
        additive_over: the dimensions over which its sum means something.
        channel_field: what a file's mapping calls a channel's column of it; empty where a file
            cannot have it by channel.
        column_words: endings of a column's name that suggest it, such as the ``cost`` of
            ``tv_cost``.
    """

    name: str
    label: str
    unit: str
    description: str
    may_be_negative: bool = False
    additive_over: tuple[str, ...] = EVERY_DIMENSION
    channel_field: str = ""
    column_words: tuple[str, ...] = ()


MEASURES: Final = (
    Measure(
        name="spend",
        label="Spend",
        unit=CURRENCY,
        description="What advertising cost.",
        channel_field="spend",
        column_words=("spend", "cost"),
    ),
    Measure(
        name="revenue",
        label="Revenue",
        unit=CURRENCY,
        description="What the organization's shop sold, whatever caused it.",
        may_be_negative=True,
    ),
    Measure(
        name="orders",
        label="Orders",
        unit=COUNT,
        description="How many orders the organization's shop took, those of nothing included.",
    ),
    Measure(
        name="attributed_revenue",
        label="Attributed revenue",
        unit=CURRENCY,
        description="The revenue that a platform claims to have caused.",
        may_be_negative=True,
        channel_field="revenue",
    ),
    Measure(
        name="impressions",
        label="Impressions",
        unit=COUNT,
        description="How often advertising was shown.",
        channel_field="impressions",
        column_words=("impressions",),
    ),
    Measure(
        name="clicks",
        label="Clicks",
        unit=COUNT,
        description="How often advertising was clicked.",
        channel_field="clicks",
        column_words=("clicks",),
    ),
    Measure(
        name="conversions",
        label="Conversions",
        unit=COUNT,
        description="How often what was advertised was done, as the platform counts it.",
        channel_field="conversions",
        column_words=("conversions",),
    ),
    Measure(
        name="reach",
        label="Reach",
        unit=COUNT,
        description="How many people saw advertising; one person on two days is one person.",
        additive_over=(),
        channel_field="reach",
        column_words=("reach",),
    ),
)
