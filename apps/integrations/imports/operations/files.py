"""Large files between the request that takes them and the job that reads them, in chunks.

The chunks are in the service's database, which the workers of every machine reach. Each is written
and deleted in a transaction of its own, so that no other writer waits for a whole file.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, BinaryIO, Final
from uuid import UUID

import msgspec
from django.db.models import Q

from apps.integrations.exceptions import StagedFileGoneError
from apps.integrations.imports.models import StagedChunk, StagedFile
from apps.integrations.imports.reading import AnyMapping, unpacked_bytes
from omnify.context import current
from omnify.db import atomic

CHUNK_BYTES: Final = 1 << 20
_BUFFER_BYTES: Final = 1 << 16
#: The largest file that a request reads whole; jobs read larger ones.
MOST_DIRECT_BYTES: Final = 1_000_000
#: What a workbook may unpack to that a request reads whole; XML says in five bytes what CSV does
#: in one.
MOST_DIRECT_UNPACKED: Final = 5_000_000
#: How much of a larger file a request reads.
FIRST_BYTES: Final = 500_000
#: How long the file of a failed job is kept, so that the job can be retried.
KEPT: Final = timedelta(days=7)
#: How long a draft is kept, unless a job still reads it.
DRAFT_KEPT: Final = timedelta(days=1)


def is_large(stream: BinaryIO) -> bool:
    """Return whether a job has to read a file.

    Raises:
        CsvInvalidError: it is a damaged workbook.
    """
    size = stream.seek(0, io.SEEK_END)
    return size > MOST_DIRECT_BYTES or unpacked_bytes(stream) > MOST_DIRECT_UNPACKED


def digest_file(stream: BinaryIO, mapping: AnyMapping) -> str:
    """Return what identifies a file together with its mapping."""
    digest = hashlib.sha256(msgspec.json.encode(mapping, order="deterministic"))
    stream.seek(0)
    while chunk := stream.read(CHUNK_BYTES):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()


def stage_file(
    stream: BinaryIO, *, file_name: str, mapping: AnyMapping, digest: str = ""
) -> StagedFile:
    """Keep a file in chunks, with the mapping that says how to read it.

    It is complete when this returns; what a process that died left behind is forgotten in time.
    """
    text = msgspec.json.encode(mapping).decode()
    staged = StagedFile(file_name=file_name[:200], mapping=text, digest=digest)
    return _store(staged, stream)


def stage_draft(stream: BinaryIO, *, file_name: str, choices: dict[str, Any]) -> StagedFile:
    """Keep a file in chunks, with what was chosen of it so far."""
    return _store(StagedFile(file_name=file_name[:200], choices=choices), stream)


def stage_from_draft(draft: StagedFile, mapping: AnyMapping) -> StagedFile:
    """Return a file for a job, that has the chunks of a draft; its digest is yet to be found."""
    return StagedFile.objects.create(
        file_name=draft.file_name,
        mapping=msgspec.json.encode(mapping).decode(),
        draft=draft,
        created_by=current().principal.user_id,
    )


def settle_digest(staged: StagedFile, mapping: AnyMapping) -> None:
    """Find what identifies a staged file, if that is not known."""
    if not staged.digest:
        staged.digest = digest_file(open_staged(staged.id), mapping)
        with atomic("integrations"):
            staged.save(update_fields=["digest"])


def _store(staged: StagedFile, stream: BinaryIO) -> StagedFile:
    staged.created_by = current().principal.user_id
    with atomic("integrations"):
        staged.save()
    stream.seek(0)
    number = 0
    while content := stream.read(CHUNK_BYTES):
        with atomic("integrations"):
            StagedChunk.objects.create(file=staged, number=number, content=content)
        number += 1
    return staged


def get_staged(staged_id: UUID) -> StagedFile:
    """Return a staged file.

    Raises:
        StagedFileGoneError: it was discarded.
    """
    return StagedFile.objects.get_or_refuse(StagedFileGoneError(), id=staged_id)


def open_staged(staged_id: UUID, *, on_chunk: Callable[[int, int], None] | None = None) -> BinaryIO:
    """Return the bytes of a staged file; one chunk at a time is in memory.

    Before each chunk is loaded ``on_chunk`` is given its number and the number of all chunks.
    """
    found = StagedFile.objects.filter(id=staged_id).values_list("draft_id", flat=True)
    # Buffered, it reads as many bytes as it is asked for, across the ends of chunks.
    return io.BufferedReader(_StagedStream(found.first() or staged_id, on_chunk), _BUFFER_BYTES)


def discard_staged(staged_id: UUID) -> None:
    """Delete a staged file, a chunk at a time; one that is gone already is no error."""
    _discard(StagedFile.objects, staged_id)


def forget_staged(now: datetime) -> int:
    """Delete old drafts, and files that no job came to an end with, of all organizations.

    Returns how many.
    """
    drafts = Q(choices__isnull=False, readers=None, created_at__lt=now - DRAFT_KEPT)
    old = (
        StagedFile.unscoped.filter(drafts | Q(created_at__lt=now - KEPT)).distinct().order_by("id")
    )
    found = list(old.values_list("id", flat=True))
    for staged_id in found:
        _discard(StagedFile.unscoped, staged_id)
    return len(found)


def _discard(files: Any, staged_id: UUID) -> None:
    chunks = StagedChunk.unscoped.filter(file__in=files.filter(id=staged_id))
    for chunk_id in list(chunks.values_list("id", flat=True)):
        with atomic("integrations"):
            StagedChunk.unscoped.filter(id=chunk_id).delete()
    with atomic("integrations"):
        files.filter(id=staged_id).delete()


class _StagedStream(io.RawIOBase):
    """A staged file as a stream that can be read from any position."""

    def __init__(self, staged_id: UUID, on_chunk: Callable[[int, int], None] | None) -> None:
        super().__init__()
        self._chunks = StagedChunk.objects.filter(file_id=staged_id)
        self._on_chunk = on_chunk
        self._position = 0
        self._number = -1
        self._content = b""
        last = self._chunks.order_by("-number").first()
        self._count = last.number + 1 if last is not None else 0
        self._size = last.number * CHUNK_BYTES + len(last.content) if last is not None else 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position in bytes."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move to a position, and return it."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: Any, /) -> int:
        """Fill a buffer from the position on, to the end of a chunk at most."""
        if self._position >= self._size:
            return 0
        number, start = divmod(self._position, CHUNK_BYTES)
        part = self._load(number)[start : start + len(buffer)]
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)

    def _load(self, number: int) -> bytes:
        if number != self._number:
            if self._on_chunk is not None:
                self._on_chunk(number, self._count)
            content = self._chunks.values_list("content", flat=True).get(number=number)
            self._number, self._content = number, bytes(content)
        return self._content
