"""Proving oneself again."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from apps.auth.messages.challenges import Secret
from apps.auth.messages.passwords import Password
from apps.auth.messages.second_factor import FactorAnswer
from omnify.api.fields import UNSET, UnsetType


class Reauthentication(FactorAnswer):
    """A new proof of identity: a second factor where there is one, else the password."""

    password: Password | UnsetType = UNSET
    challenge: (
        Annotated[Secret, Meta(description="With a passkey: of passkey-options.")] | UnsetType
    ) = UNSET
