"""What the floor asks of whichever service keeps identities."""

from __future__ import annotations

from uuid import UUID

from omnify.events import Event
from omnify.services.contract import Contract, method
from omnify.services.messages import Message


class VerificationKey(Message):
    """A public key that signs access tokens: its id and its JWK as a JSON text."""

    kid: str
    jwk: str


class SessionRevoked(Event):
    """A session was ended; its access tokens are refused everywhere from here on."""

    topic = "auth.session.revoked"
    key_field = "session_id"
    provided_as = "identity"

    session_id: UUID


class Identity(Contract):
    """Implemented by the service whose manifest provides ``identity``."""

    provided_as = "identity"

    @method(idempotent=True, timeout_seconds=2.0)
    def verification_keys(self) -> tuple[VerificationKey, ...]:
        """List the public keys that a valid access token may be signed with."""
        raise NotImplementedError
