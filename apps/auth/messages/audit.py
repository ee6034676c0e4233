"""The audit ledger."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta

from omnify.services.messages import AwareDatetime, Message


class AuditEntry(Message):
    """A line of the audit ledger."""

    sequence: int
    at: AwareDatetime
    service: Annotated[str, Meta(examples=["auth"])]
    action: Annotated[str, Meta(examples=["auth.role.changed"])]
    outcome: Annotated[str, Meta(examples=["success"])]
    user_id: UUID | None
    actor: Annotated[str, Meta(examples=["user"])]
    target_type: Annotated[str, Meta(examples=["role"])]
    target_id: str
    details: dict[str, Any]
    address: Annotated[str, Meta(examples=["192.0.2.1"])]
    request_id: str
    hash: Annotated[str, Meta(description="Covers the line and the hash of the one before it.")]
