"""Sessions and their tokens."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from omnify.api.fields import UNSET, UnsetType
from omnify.services.messages import SECRET, AwareDatetime, Message


class Session(Message):
    """A session as its user sees it."""

    id: UUID
    created_at: AwareDatetime
    authenticated_at: AwareDatetime | None
    rotated_at: AwareDatetime
    expires_at: AwareDatetime
    device_id: UUID | None
    device_name: str
    user_agent: str
    address: str | None
    is_current: bool


class RevocationInput(Message):
    """Whose sessions to end."""

    user_id: (
        Annotated[UUID, Meta(description="A member of the organization; by default the caller.")]
        | UnsetType
    ) = UNSET
    keep_current: Annotated[bool, Meta(description="Whether the caller's own session stays.")] = (
        False
    )


class Revoked(Message):
    """How many sessions were ended."""

    revoked: int


class Switch(Message):
    """The organization to switch to."""

    organization_id: UUID


class Tokens(Message):
    """A session's present tokens."""

    access_token: Annotated[str, SECRET]
    refresh_token: Annotated[str, SECRET]
    token_type: Annotated[str, Meta(examples=["Bearer"])]
    expires_in: Annotated[
        int, Meta(description="Seconds until the access token expires.", examples=[300])
    ]
    session_id: UUID


class Refresh(Message):
    """A refresh token."""

    refresh_token: Annotated[str, Meta(min_length=1, max_length=200)]
