"""What the API and the jobs of imports take and answer."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from omnify.api.fields import Upload
from omnify.jobs import JobInput
from omnify.services.messages import AwareDatetime, Message

_MAPPING = (
    '{"date": "day", "currency": "EUR", "revenue": "sales",'
    ' "channels": [{"name": "tv", "spend": "tv_spend"}]}'
)


class CommitImport(JobInput):
    """Import a staged file."""

    kind = "integrations.commit_import"

    staged_id: UUID


class CheckFile(JobInput):
    """Check all of a staged file, and write nothing.

    ``is_currency_known`` is False where its mapping names one for want of the true one.
    """

    kind = "integrations.check_file"

    staged_id: UUID
    is_currency_known: bool = True


class TidyImports(JobInput):
    """Delete staged files whose job failed."""

    kind = "integrations.tidy_imports"


class ImportAccepted(Message):
    """A valid file that is too large for a request: a job imports it."""

    job_id: UUID
    rows: int
    metrics: int


class ImportResult(Message):
    """What an import brought; ``unchanged`` if the source's last file was the same."""

    import_id: UUID
    rows: int
    metrics: int
    first_date: date
    last_date: date
    currency: str
    unchanged: bool


class CsvUpload(Message):
    """A file, and how to read it."""

    file: Annotated[Upload, Meta(description="A table of numbers: CSV or XLSX.")]
    mapping: Annotated[
        Annotated[str, Meta(min_length=1, max_length=65_536)] | None,
        Meta(
            description="JSON: which column is what. A preview proposes it where it is left out.",
            examples=[_MAPPING],
        ),
    ] = None


class ImportQuery(Message):
    """How to import a file."""

    preview: Annotated[bool, Meta(description="Look first, write nothing.")] = False


class Imported(Message, rename={"first_date": "from", "last_date": "to"}):
    """What an import brought; ``unchanged`` if the source's last file was the same."""

    import_id: UUID
    rows: Annotated[int, Meta(examples=[208])]
    metrics: Annotated[int, Meta(examples=[1248])]
    first_date: date
    last_date: date
    currency: Annotated[str, Meta(examples=["EUR"])]
    unchanged: Annotated[bool, Meta(examples=[False])]


class Import(Message):
    """An import of a file."""

    id: UUID
    connection_id: UUID
    file_name: Annotated[str, Meta(examples=["march.csv"])]
    currency: Annotated[str, Meta(examples=["EUR"])]
    rows: Annotated[int, Meta(examples=[208])]
    metrics: Annotated[int, Meta(examples=[1248])]
    first_date: date
    last_date: date
    created_at: AwareDatetime
