"""The legal documents: versioned markdown files, read once."""

from apps.auth.legal.documents import (
    DOCUMENT_TYPES,
    Document,
    DocumentVersion,
    current_documents,
    find_document,
    list_documents,
)

__all__ = [
    "DOCUMENT_TYPES",
    "Document",
    "DocumentVersion",
    "current_documents",
    "find_document",
    "list_documents",
]
