"""Passkeys."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from apps.auth.messages.challenges import Challenge
from omnify.services.messages import AwareDatetime, Message


class PasskeyInput(Challenge):
    """The browser's answer for a new passkey."""

    name: Annotated[str, Meta(min_length=1, max_length=100, examples=["Ada's phone"])]
    credential: dict[str, Any]


class Passkey(Message):
    """A passkey."""

    id: int
    name: str
    created_at: AwareDatetime
    last_used_at: AwareDatetime | None


class NewPasskey(Passkey):
    """A new passkey, with the recovery codes that came with the first factor."""

    recovery_codes: tuple[str, ...]
