"""The states of the back-ends, as the API has them."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from omnify.services.messages import AwareDatetime, FiniteFloat, Message


class BackendReport(Message, rename={"backend": "name"}):
    """The state of a back-end."""

    backend: Annotated[str, Meta(examples=["kafka"])]
    status: Literal["not_configured", "ok", "degraded", "down"]
    since: Annotated[AwareDatetime, Meta(description="When the status last changed.")]
    latency_ms: Annotated[FiniteFloat | None, Meta(examples=[12.5])]
    version: Annotated[str, Meta(description="Empty where the product tells none.")]
    detail: Annotated[str, Meta(description="Why it is not ok, in words.", examples=[""])]
    checked_at: AwareDatetime


class Overview(Message):
    """The states of all back-ends."""

    backends: tuple[BackendReport, ...]
