"""Accepting legal documents, and taking that back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from apps.auth.contract import LegalAccepted
from apps.auth.exceptions import DocumentNotFoundError, NothingToWithdrawError
from apps.auth.legal import DOCUMENT_TYPES, Document, current_documents, find_document
from apps.auth.messages.legal import Acceptance, Withdrawal
from apps.auth.models import Consent, Membership
from apps.auth.operations.members import void_rights
from apps.auth.queries import find_consent
from omnify.context import current
from omnify.db import atomic
from omnify.events import publish
from omnify.identity.arrival import Device
from omnify.identity.audit import Target, record_audit


def refuse_documents_not_in_force(acceptances: Iterable[Acceptance], *, now: datetime) -> None:
    """Refuse documents that are not in force before anything is written.

    Raises:
        DocumentNotFoundError: a version is not the one in force.
    """
    for acceptance in acceptances:
        _in_force(acceptance, now)


def accept_documents(
    acceptances: Iterable[Acceptance], *, user_id: UUID, device: Device, now: datetime
) -> list[Consent]:
    """Append consents to the ledger; accepting twice is one consent.

    Raises:
        DocumentNotFoundError: a version is not the one in force.
    """
    documents = [_in_force(acceptance, now) for acceptance in acceptances]
    with atomic("auth"):
        return [_accept(document, user_id, device, now) for document in documents]


def withdraw_consent(
    withdrawal: Withdrawal, *, user_id: UUID, device: Device, now: datetime
) -> Consent:
    """Append the withdrawal of the latest consent; writes are refused from then on.

    Raises:
        NothingToWithdrawError: the document is not accepted at present.
    """
    document_type = withdrawal.document_type
    with atomic("auth"):
        latest = find_consent(user_id=user_id, document_type=document_type)
        if latest is None or latest.is_withdrawal:
            raise NothingToWithdrawError(document_type=document_type)
        document = find_document(document_type, latest.version)
        if document is None:
            raise DocumentNotFoundError(document_type=document_type, version=latest.version)
        row = _append(document, user_id, device, now, is_withdrawal=True)
        # Tokens that say that all is accepted are void.
        void_rights(Membership.objects.filter(user_id=user_id), now=now)
        _record("auth.legal.withdrawn", document, user_id)
    return row


def withdraw_everything(*, user_id: UUID, device: Device, now: datetime) -> None:
    """Append withdrawals of all consents that hold."""
    for document_type in DOCUMENT_TYPES:
        latest = find_consent(user_id=user_id, document_type=document_type)
        if latest is not None and not latest.is_withdrawal:
            withdrawal = Withdrawal(document_type=document_type)
            withdraw_consent(withdrawal, user_id=user_id, device=device, now=now)


def _in_force(acceptance: Acceptance, now: datetime) -> Document:
    document = current_documents(now.date()).get(acceptance.document_type)
    if document is None or document.version != acceptance.version:
        raise DocumentNotFoundError(
            document_type=acceptance.document_type, version=acceptance.version
        )
    return document


def _accept(document: Document, user_id: UUID, device: Device, now: datetime) -> Consent:
    latest = find_consent(user_id=user_id, document_type=document.document_type)
    if latest and not latest.is_withdrawal and latest.version == document.version:
        return latest
    row = _append(document, user_id, device, now)
    publish(
        LegalAccepted(
            user_id=user_id,
            document_type=document.document_type,
            document_version=document.version,
        )
    )
    _record("auth.legal.accepted", document, user_id)
    return row


def _append(
    document: Document,
    user_id: UUID,
    device: Device,
    now: datetime,
    *,
    is_withdrawal: bool = False,
) -> Consent:
    return Consent.objects.create(
        user_id=user_id,
        organization_id=current().organization_id,
        document_type=document.document_type,
        version=document.version,
        locale=document.locale,
        checksum=document.checksum,
        is_withdrawal=is_withdrawal,
        address=device.address,
        user_agent=device.user_agent[:300],
        created_at=now,
    )


def _record(action: str, document: Document, user_id: UUID) -> None:
    target = Target(type="legal_document", id=f"{document.document_type} {document.version}")
    record_audit("auth", action, target=target, user_id=user_id)
