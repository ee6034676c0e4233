"""Legal documents that are accepted; the documents themselves are ``apps.auth.legal``'s."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from apps.auth.legal import DOCUMENT_TYPES
from omnify.api.fields import one_of
from omnify.services.messages import AwareDatetime, Message


class Withdrawal(Message):
    """A document whose consent is withdrawn."""

    document_type: Annotated[str, one_of(DOCUMENT_TYPES)]


class Acceptance(Withdrawal):
    """A version of a document that a user accepts."""

    version: Annotated[str, Meta(min_length=1, max_length=20, examples=["1"])]


class Consent(Acceptance):
    """A line of the consent ledger."""

    id: UUID
    locale: Annotated[str, Meta(examples=["en"])]
    checksum: Annotated[str, Meta(description="SHA-256 of the document.")]
    is_withdrawal: bool
    address: Annotated[str | None, Meta(examples=["192.0.2.1"])]
    created_at: AwareDatetime
