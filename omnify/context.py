"""The principal, organization, trace and deadline of a request: carried with every call."""

from __future__ import annotations

import enum
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

import msgspec

from omnify.exceptions import OrganizationRequiredError, UnauthenticatedError


class PrincipalKind(enum.Enum):
    """The kinds of principals."""

    ANONYMOUS = "anonymous"
    USER = "user"
    SERVICE = "service"


class Principal(msgspec.Struct, frozen=True):
    """Who calls, as proven by a token or by another service's signature."""

    kind: PrincipalKind = PrincipalKind.ANONYMOUS
    user_id: UUID | None = None
    organization_id: UUID | None = None
    session_id: UUID | None = None
    role: str = ""
    permissions: tuple[str, ...] = ()
    is_staff: bool = False
    service: str = ""
    #: Grows with each change of the principal's rights; an older one is refused.
    rights_version: int = 0
    #: Documents wait for the user's consent, so that writes are refused.
    must_accept_documents: bool = False
    #: The API key that proves the principal, None for a session or a service.
    api_key_id: UUID | None = None

    @property
    def is_authenticated(self) -> bool:
        """Tell whether the caller is known; DRF and django-structlog read this name."""
        return self.kind is not PrincipalKind.ANONYMOUS

    @property
    def pk(self) -> str | None:
        """Return the id that a request log names."""
        return str(self.user_id) if self.user_id else (self.service or None)

    def has_permission(self, permission: str) -> bool:
        """Tell whether the principal holds a permission such as ``analytics:view``."""
        return permission in self.permissions


ANONYMOUS = Principal()


class Trace(msgspec.Struct, frozen=True):
    """A position in a W3C trace: 32 hex digits of trace, 16 of span, flags and vendor state."""

    trace_id: str
    span_id: str
    flags: int = 1
    state: str = ""

    def child(self) -> Trace:
        """Return a position in this trace, one span further down."""
        return Trace(self.trace_id, new_span_id(), self.flags, self.state)


def new_span_id() -> str:
    """Return a non-zero span id; it needs to be unique, not secret."""
    return (random.getrandbits(64) or 1).to_bytes(8, "big").hex()


def new_trace() -> Trace:
    """Return the start of a new trace, sampled."""
    return Trace(f"{random.getrandbits(128) | 1:032x}", new_span_id())


class Context(msgspec.Struct, frozen=True):
    """All that travels with a request, through local and remote calls alike.

    ``deadline`` is a reading of this process's monotonic clock, in seconds; on the wire it is
    the time that remains. ``flags`` are the decisions made so far for this request.
    ``client_address`` stays in the process that got the request.
    """

    principal: Principal = ANONYMOUS
    organization_id: UUID | None = None
    request_id: str = ""
    trace: Trace | None = None
    deadline: float | None = None
    idempotency_key: str = ""
    flags: dict[str, bool] = msgspec.field(default_factory=dict)
    client_address: str = ""

    def remaining_seconds(self) -> float | None:
        """Return the seconds until the deadline (negative when it is past), None without one."""
        return None if self.deadline is None else self.deadline - time.monotonic()


_EMPTY = Context()
_current: ContextVar[Context] = ContextVar("omnify_context", default=_EMPTY)

# The client's hot path uses these two instead of a context manager, which costs as much as the
# whole local call.
enter = _current.set
leave = _current.reset
current = _current.get


@contextmanager
def use(context: Context) -> Iterator[Context]:
    """Run a block inside a context and restore the former one."""
    token = enter(context)
    try:
        yield context
    finally:
        leave(token)


@contextmanager
def acting_as(principal: Principal) -> Iterator[Context]:
    """Run a block as a principal, for the principal's organization."""
    context = msgspec.structs.replace(
        current(), principal=principal, organization_id=principal.organization_id
    )
    with use(context):
        yield context


def current_organization_id() -> UUID:
    """Return the organization of the context.

    Raises:
        OrganizationRequiredError: the context names no organization.
    """
    organization_id = current().organization_id
    if organization_id is None:
        raise OrganizationRequiredError
    return organization_id


def current_user_id() -> UUID:
    """Return the user who calls.

    Raises:
        UnauthenticatedError: the caller is unknown, or is a service that acts for itself.
    """
    user_id = current().principal.user_id
    if user_id is None:
        raise UnauthenticatedError
    return user_id
