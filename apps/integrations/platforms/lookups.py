"""What is read of a platform for whoever asks, passed through and kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, TypeAlias

from msgspec import Meta

from apps.integrations.platforms.port import Api
from omnify.services.messages import Message


class Wanted(Message):
    """What is looked up: a page of a list, or what was in days, both included.

    Attributes:
        after: the platform's mark of the page; empty for the first.
        channel: of lists that the platform keeps by channel.
    """

    first: date
    last: date
    limit: int
    after: str = ""
    channel: str = ""


class LookupRow(Message):
    """A thing of the platform, or a sum of it."""

    id: Annotated[str, Meta(description="The platform's id.", examples=["512"])]
    name: Annotated[str, Meta(examples=["Spring sale"])]
    values: Annotated[
        dict[str, str],
        Meta(
            description="What else the platform says, by its words or ours; numbers are decimals.",
            examples=[{"status": "Sent"}],
        ),
    ]


class LookedUp(Message):
    """What a platform answered just now."""

    results: tuple[LookupRow, ...]
    next: Annotated[
        str | None,
        Meta(description="The `after` of the next page, null on the last.", examples=["c2Vjb25k"]),
    ] = None


Lookup: TypeAlias = Callable[[Api, Wanted], LookedUp]


def to_values(fields: dict[str, object]) -> dict[str, str]:
    """Return what a platform says as texts, without what it does not say."""
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in fields.items()
        if isinstance(value, bool | int | float | str) and value != ""
    }
