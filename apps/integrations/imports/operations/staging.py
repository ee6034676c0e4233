"""Large files in the database, which the workers of every machine reach."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import BinaryIO, Final
from uuid import UUID

import msgspec

from apps.integrations.imports.models import StagedChunk, StagedFile
from apps.integrations.imports.reading import AnyMapping
from omnify.context import current, current_organization_id
from omnify.db import atomic

#: How long the file of a failed job is kept, so that the job can be retried.
_KEPT: Final = timedelta(days=7)
_CHUNK_BYTES: Final = 1 << 20


def stage_file(stream: BinaryIO, mapping: AnyMapping, *, file_name: str, digest: str) -> UUID:
    """Keep a file in pieces, in the caller's transaction; returns the id of its import to be."""
    staged = StagedFile.objects.create(
        organization_id=current_organization_id(),
        file_name=file_name,
        digest=digest,
        mapping=msgspec.json.encode(mapping).decode(),
        created_by=current().principal.user_id,
    )
    stream.seek(0)
    number = 0
    while content := stream.read(_CHUNK_BYTES):
        StagedChunk.objects.create(file=staged, number=number, content=content)
        number += 1
    return staged.id


def read_staged(staged: StagedFile) -> BinaryIO:
    """Return the content of a staged file."""
    parts = StagedChunk.objects.filter(file=staged).order_by("number")
    return io.BytesIO(b"".join(bytes(part) for part in parts.values_list("content", flat=True)))


def forget_staged(now: datetime) -> int:
    """Delete staged files that are too old to be retried; return how many rows that were."""
    with atomic("integrations"):
        return StagedFile.unscoped.filter(created_at__lt=now - _KEPT).delete()[0]
