"""A service that exists for the tests of calls: loaded as ``apps.sample.contract``."""

from decimal import Decimal
from uuid import UUID

from omnify.exceptions import ConflictError
from omnify.services import Contract, Manifest, method
from omnify.services.messages import AwareDatetime, Message

MANIFEST = Manifest(name="sample", summary="For tests.", port=8999, prefixes=("/api/sample",))


class StaleVersionError(ConflictError):
    """Declared by the contract, so that it reaches the caller as itself."""

    code = "stale_version"
    message = "Version {version} is stale."


class Note(Message):
    """Some fields of each kind."""

    id: UUID
    amount: Decimal
    written_at: AwareDatetime | None = None
    tags: tuple[str, ...] = ()


class Sample(Contract):
    """Methods for each thing that a call may do."""

    service = "sample"
    raises = (StaleVersionError,)

    @method(idempotent=True)
    def double(self, number: int) -> int:
        """Return twice the number."""
        raise NotImplementedError

    @method(idempotent=True)
    def echo(self, note: Note) -> Note:
        """Return the note."""
        raise NotImplementedError

    @method(idempotent=True)
    def describe_context(self) -> tuple[str, ...]:
        """Return what the callee sees of the context."""
        raise NotImplementedError

    @method(idempotent=True)
    def fail(self, how: str) -> int:
        """Raise an error of a kind."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=0.3, attempts=1)
    def wait(self, seconds: int) -> int:
        """Return after some hundredths of a second."""
        raise NotImplementedError

    @method(idempotent=False)
    def count_up(self, name: str) -> int:
        """Count the calls under a name, once per key."""
        raise NotImplementedError

    @method(idempotent=True)
    def lie(self) -> int:
        """Return something else than an integer."""
        raise NotImplementedError
