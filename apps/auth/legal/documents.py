"""Files ``documents/<type>.<version>.<locale>.md`` with a head of ``name: value`` lines."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from msgspec import Meta

from omnify.services.messages import Message

DOCUMENT_TYPES: Final = ("terms", "privacy", "cookie", "acceptable-use", "sla")
DEFAULT_LOCALE: Final = "en"
_FOLDER = Path(__file__).resolve().parent.parent / "documents"
_FENCE = "---\n"


class DocumentVersion(Message):
    """A version of a legal document."""

    document_type: Annotated[str, Meta(examples=["terms"])]
    version: Annotated[str, Meta(examples=["1"])]
    locale: Annotated[str, Meta(examples=["en"])]
    title: str
    effective_date: date
    requires_acceptance: bool
    checksum: Annotated[str, Meta(description="SHA-256 of the whole file.")]


class Document(DocumentVersion):
    """A version of a legal document with its text."""

    text: Annotated[str, Meta(description="Markdown.")]


@cache
def list_documents() -> tuple[Document, ...]:
    """Return all versions of all documents, the newest of each type first.

    Raises:
        ValueError: a file has no head, or its head lacks something.
    """
    documents = [_read(path) for path in sorted(_FOLDER.glob("*.md"))]
    return tuple(sorted(documents, key=_newest_first))


def current_documents(today: date, *, locale: str = DEFAULT_LOCALE) -> dict[str, Document]:
    """Return the version of each type that is in force, by type."""
    current: dict[str, Document] = {}
    for document in list_documents():
        if document.locale == locale and document.effective_date <= today:
            current.setdefault(document.document_type, document)
    return current


def find_document(document_type: str, version: str) -> Document | None:
    """Return one version of a document in the default locale, None when there is none."""
    for document in list_documents():
        is_it = (document.document_type, document.version) == (document_type, version)
        if is_it and document.locale == DEFAULT_LOCALE:
            return document
    return None


def _newest_first(document: Document) -> tuple[int, int, str]:
    order = DOCUMENT_TYPES.index(document.document_type)
    return order, -document.effective_date.toordinal(), document.locale


def _read(path: Path) -> Document:
    source = path.read_text()
    document_type, version, locale = path.stem.split(".")
    _, head, text = source.split(_FENCE, 2)
    fields = dict(line.split(": ", 1) for line in head.strip().splitlines())
    try:
        return Document(
            document_type=document_type,
            version=version,
            locale=locale,
            title=fields["title"],
            effective_date=date.fromisoformat(fields["effective"]),
            requires_acceptance=fields["acceptance"] == "required",
            text=text.strip(),
            checksum=hashlib.sha256(source.encode()).hexdigest(),
        )
    except KeyError as error:
        raise ValueError(f"{path.name}: its head lacks {error}") from error
