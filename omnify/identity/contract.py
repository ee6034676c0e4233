"""What the floor asks of the service that keeps identities."""

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
    """A session was ended; its access tokens are refused everywhere from now on."""

    topic = "auth.session.revoked"
    key_field = "session_id"
    provided_as = "identity"

    session_id: UUID


class PrincipalChanged(Event):
    """A user's rights in an organization changed; tokens and keys of a lower version are void."""

    topic = "auth.principal.changed"
    key_field = "user_id"
    provided_as = "identity"

    user_id: UUID
    organization_id: UUID
    rights_version: int


class SigningKeyRetired(Event):
    """A signing key is no longer accepted, even where a process remembers it."""

    topic = "auth.key.retired"
    key_field = "kid"
    provided_as = "identity"

    kid: str


class ApiKeyPrincipal(Message):
    """Whom an API key acts for; ``session_id`` is the key's own id, by which it is revoked."""

    user_id: UUID
    organization_id: UUID
    session_id: UUID
    role: str
    permissions: tuple[str, ...]
    rights_version: int
    must_accept_documents: bool


class ViewerOrganization(Message):
    """An organization that a viewer belongs to."""

    id: UUID
    name: str


class Viewer(Message):
    """The names that a page's shell shows to its user, and the zone of the times on pages."""

    user_name: str = ""
    organization_name: str = ""
    organizations: tuple[ViewerOrganization, ...] = ()
    #: Whether the organization holds sample data.
    is_sample: bool = False
    #: Names of a few who may give roles.
    owners: tuple[str, ...] = ()
    #: The organization's, as IANA calls it.
    timezone: str = "UTC"


class Identity(Contract):
    """Implemented by the service whose manifest provides ``identity``."""

    provided_as = "identity"

    @method(idempotent=True, timeout_seconds=2.0)
    def verification_keys(self) -> tuple[VerificationKey, ...]:
        """List the public keys that a valid access token may be signed with."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=1.0)
    def describe_viewer(self) -> Viewer:
        """Return the names of the principal and of its organizations, empty where unknown."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=2.0)
    def find_api_key(self, key_hash: str) -> ApiKeyPrincipal | None:
        """Return whom the API key with this SHA-256 acts for, None when it is of no use."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=1.0)
    def has_grant(self, permission: str, resource_type: str, resource_id: str) -> bool:
        """Return whether the principal's session holds a permission on one object."""
        raise NotImplementedError
