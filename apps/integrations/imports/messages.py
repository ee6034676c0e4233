"""What is said about imports: to their jobs, and of what they brought."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from omnify.jobs import JobInput
from omnify.services.messages import Message


class CommitImport(JobInput):
    """Take a staged file."""

    kind = "integrations.commit_import"

    staged_id: UUID


class TidyImports(JobInput):
    """Forget staged files whose job came to nothing."""

    kind = "integrations.tidy_imports"


class ImportAccepted(Message):
    """A file that is right and too large for a request: a job takes it."""

    job_id: UUID
    rows: int
    metrics: int


class ImportResult(Message):
    """What an import brought; ``unchanged`` when the same file had come last already."""

    import_id: UUID
    rows: int
    metrics: int
    first_date: date
    last_date: date
    currency: str
    unchanged: bool
