"""The keys of programs."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from apps.auth.messages.roles import Permissions
from omnify.api.fields import one_line
from omnify.services.messages import SECRET, AwareDatetime, Message


class ApiKeyInput(Message):
    """A program's key to be: what it is called, what it allows, and until when."""

    name: Annotated[str, one_line(100, "Nightly report")]
    permissions: Permissions
    expires_at: AwareDatetime | None = None


class ApiKey(Message):
    """A program's key without the key."""

    id: UUID
    name: str
    prefix: Annotated[str, Meta(description="Its readable beginning.", examples=["omk_Zx0cQ4Lp"])]
    permissions: tuple[str, ...]
    created_at: AwareDatetime
    expires_at: AwareDatetime | None
    last_used_at: AwareDatetime | None


class NewApiKey(ApiKey):
    """A program's new key; the key itself is shown this once."""

    key: Annotated[str, Meta(examples=["omk_Zx0cQ4Lp…"]), SECRET]
