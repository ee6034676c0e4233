"""A look at a file before its import: at all of a small one, at the beginning of a large one."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO
from uuid import UUID

import msgspec

from apps.integrations.imports import queries
from apps.integrations.imports.operations import files
from apps.integrations.imports.operations.foreseeing import foresee
from apps.integrations.imports.reading import AnyMapping, Preview, mapping_of
from omnify.db import atomic
from omnify.jobs import JobInput
from omnify.jobs.operations import request_job


class CheckFile(JobInput):
    """Check all of a staged file, and write nothing.

    ``is_currency_known`` is False where its mapping names one for want of the true one.
    """

    kind = "integrations.check_file"

    staged_id: UUID
    is_currency_known: bool = True


def preview_csv(
    stream: BinaryIO, *, file_name: str, mapping: AnyMapping | None, now: datetime
) -> Preview:
    """Return what a file holds: by a mapping, or by the one that is proposed.

    Of a large file it is what the beginning holds; a job checks the whole file then, if there is a
    mapping to read it by.

    Raises:
        CsvInvalidError: the file as a whole cannot be read.
        CsvMappingError: the mapping does not fit the file.
    """
    queries.refuse_unknown_brand(mapping)
    found = look_at(stream, mapping, now)
    used = mapping or mapping_of(found.proposal, found.currencies)
    if found.complete or used is None:
        return found
    staged = files.stage_file(stream, file_name=file_name, mapping=used)
    with atomic("integrations"):
        is_known = found.currency is not None
        job_id = request_job(CheckFile(staged_id=staged.id, is_currency_known=is_known))
    return msgspec.structs.replace(found, job_id=job_id)


def look_at(
    stream: BinaryIO, mapping: AnyMapping | None, now: datetime, *, sheet: str | None = None
) -> Preview:
    """Return what a file holds, of a large one what its beginning does, and check no more.

    Raises:
        CsvInvalidError: the file as a whole cannot be read.
        CsvMappingError: the mapping does not fit the file.
    """
    found = read_columns(stream, mapping, now, sheet=sheet)
    used = mapping or mapping_of(found.proposal, found.currencies)
    if used is None or found.questions or found.errors:
        return found
    return foresee(found, stream, used, now)


def read_columns(
    stream: BinaryIO, mapping: AnyMapping | None, now: datetime, *, sheet: str | None = None
) -> Preview:
    """Return what a file, or a large one's beginning, holds, but not what it would take away.

    Raises:
        CsvInvalidError: the file as a whole cannot be read.
        CsvMappingError: the mapping does not fit the file.
    """
    most_bytes = files.FIRST_BYTES if files.is_large(stream) else None
    return queries.preview_file(stream, mapping, now, sheet=sheet, most_bytes=most_bytes)
