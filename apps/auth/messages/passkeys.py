"""Passkeys."""

from __future__ import annotations

from typing import Annotated

from apps.auth.messages.challenges import Challenge, Credential
from omnify.api.fields import one_line
from omnify.services.messages import SECRET, AwareDatetime, Message


class PasskeyInput(Challenge):
    """The browser's answer for a new passkey."""

    name: Annotated[str, one_line(100, "Ada's phone")]
    credential: Credential


class Passkey(Message):
    """A passkey."""

    id: int
    name: str
    created_at: AwareDatetime
    last_used_at: AwareDatetime | None


class NewPasskey(Passkey):
    """A new passkey, with the recovery codes that came with the first factor."""

    recovery_codes: Annotated[tuple[str, ...], SECRET]
