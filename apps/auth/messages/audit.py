"""The audit ledger."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta

from omnify.api.fields import UNSET, UnsetType
from omnify.services.messages import AwareDatetime, Message


class AuditQuery(Message, rename={"since": "from", "until": "to"}):
    """Which entries of the audit ledger; all without a parameter."""

    search: Annotated[
        str,
        Meta(
            max_length=200,
            description="A text in the action, the target, the details, the address or the request"
            " id, or in the name or e-mail address of the member who acted.",
            examples=["viewer"],
        ),
    ] = ""
    action: Annotated[str, Meta(max_length=100, examples=["auth.member.role_changed"])] = ""
    user_id: Annotated[UUID, Meta(description="Who acted.")] | UnsetType = UNSET
    since: Annotated[AwareDatetime, Meta(description="From this instant on.")] | UnsetType = UNSET
    until: Annotated[AwareDatetime, Meta(description="Before this instant.")] | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse a time that ends before it begins."""
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"'from' ({self.since}) is after 'to' ({self.until}).")


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
