"""Consents, and what is still to be accepted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from apps.auth.exceptions import DocumentNotFoundError
from apps.auth.legal import Document, DocumentVersion, current_documents
from apps.auth.messages.legal import Acceptance
from apps.auth.models import Consent
from omnify.services.messages import as_message


def list_required_documents(*, now: datetime) -> list[Document]:
    """Return the documents in force that all users have to accept."""
    return [item for item in current_documents(now.date()).values() if item.requires_acceptance]


def list_acceptances(*, now: datetime) -> tuple[Acceptance, ...]:
    """Return the acceptance of everything that all users have to accept."""
    return tuple(
        Acceptance(document_type=item.document_type, version=item.version)
        for item in list_required_documents(now=now)
    )


def list_outstanding(*, user_id: UUID, now: datetime) -> list[Document]:
    """Return the documents in force that a user has yet to accept."""
    latest = {
        row.document_type: row for row in Consent.objects.filter(user_id=user_id).order_by("id")
    }
    return [
        item
        for item in list_required_documents(now=now)
        if not _is_accepted(item, latest.get(item.document_type))
    ]


def find_consent(*, user_id: UUID, document_type: str) -> Consent | None:
    """Return a user's latest consent or withdrawal of a document."""
    return Consent.objects.filter(user_id=user_id, document_type=document_type).first()


def list_consents(*, user_id: UUID) -> QuerySet[Consent]:
    """Return all that a user ever accepted or withdrew."""
    return Consent.objects.filter(user_id=user_id)


def get_document(*, document_type: str, now: datetime) -> Document:
    """Return the version of a document that is in force.

    Raises:
        DocumentNotFoundError: there is none.
    """
    document = current_documents(now.date()).get(document_type)
    if document is None:
        raise DocumentNotFoundError(document_type=document_type, version="in force")
    return document


def to_versions(documents: Iterable[Document]) -> tuple[DocumentVersion, ...]:
    """Return documents without their texts."""
    return tuple(as_message(DocumentVersion, each) for each in documents)


def _is_accepted(document: Document, consent: Consent | None) -> bool:
    if consent is None or consent.is_withdrawal:
        return False
    return consent.version == document.version
