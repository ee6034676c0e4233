"""The limits of a plan."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from omnify.services.messages import Message


class Quota(Message):
    """A limit and how much of it is used."""

    kind: Annotated[str, Meta(examples=["users"])]
    limit: int
    used: int


class Quotas(Message):
    """The plan and its limits."""

    plan: Annotated[str, Meta(examples=["free"])]
    quotas: tuple[Quota, ...]
