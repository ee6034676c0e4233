"""Tell the audit ledger who did what, in the transaction that does it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from uuid_utils.compat import uuid7

from omnify.context import current
from omnify.events import Event, publish
from omnify.services.messages import AwareDatetime, Message


class AuditDetail(Message):
    """One more fact of an entry; never a secret."""

    name: str
    value: str


class AuditRecorded(Event):
    """An action, or its refusal, that has to be known later."""

    topic = "omnify.audit.recorded"
    # A key of its own for each entry: a lock on a shared key could end in a deadlock.
    key_field = "entry_id"

    entry_id: UUID
    service: str
    action: str
    outcome: str
    at: AwareDatetime
    organization_id: UUID | None
    user_id: UUID | None
    actor: str
    target_type: str = ""
    target_id: str = ""
    details: tuple[AuditDetail, ...] = ()
    address: str = ""
    request_id: str = ""

    @property
    def owning_service(self) -> str:
        """Return the service that recorded it: the event belongs to that one's transaction."""
        return self.service


class Target(Message):
    """What an entry is about."""

    type: str
    id: str


def record_audit(
    service: str,
    action: str,
    *,
    target: Target | None = None,
    outcome: str = "done",
    **details: Any,
) -> None:
    """Publish an audit entry inside ``atomic(service)``; no write waits for the ledger.

    The actor is the principal of the context, unless ``user_id`` and ``organization_id`` are
    given: at sign-in there is none yet. Details must hold no secret.

    Raises:
        PublishedOutsideTransactionError: no transaction is open.
    """
    context = current()
    principal = context.principal
    user_id = details.pop("user_id", principal.user_id)
    organization_id = details.pop("organization_id", context.organization_id)
    address = details.pop("address", "")
    publish(
        AuditRecorded(
            entry_id=uuid7(),
            service=service,
            action=action,
            outcome=outcome,
            at=timezone.now(),
            organization_id=organization_id,
            user_id=user_id,
            actor=principal.kind.value,
            target_type=target.type if target else "",
            target_id=target.id if target else "",
            details=tuple(AuditDetail(name=key, value=str(item)) for key, item in details.items()),
            address=str(address or ""),
            request_id=context.request_id,
        )
    )
