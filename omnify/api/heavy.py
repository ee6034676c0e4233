"""Bound how much of a process one organization's large requests occupy."""

from __future__ import annotations

import io
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import BinaryIO, Final
from uuid import UUID

from omnify.context import current
from omnify.exceptions import RateLimitedError
from omnify.giving_way import be_long

#: Heavy requests of one organization that a process has under way: one waits for the other.
MOST_HEAVY: Final = 2
#: A file that is larger takes a while to parse, and a query over more days to answer.
LARGE_FILE_BYTES: Final = 64 * 1024
LARGE_QUERY_DAYS: Final = 400
_RETRY_SECONDS: Final = 2


class TooMuchAtOnceError(RateLimitedError):
    """The organization has as many heavy requests under way as it may."""

    code = "too_much_at_once"
    message = (
        "Your organization has {most} large requests under way, as many as it may; try again in"
        " {retry_after_seconds} seconds."
    )


def is_large_file(stream: BinaryIO) -> bool:
    """Tell whether a file takes a while to parse: a workbook of two kilobytes may, too.

    Its library fills the rectangle between the first and the last cell, of up to a million.
    """
    size = stream.seek(0, io.SEEK_END)
    is_large = size > LARGE_FILE_BYTES or zipfile.is_zipfile(stream)
    stream.seek(0)
    return is_large


_lock = threading.Lock()
_running: Counter[UUID | None] = Counter()
_turns: dict[UUID | None, threading.Lock] = {}


@contextmanager
def heavy_work(*, when: bool = True, elsewhere: bool = False) -> Iterator[None]:
    """Work on something large for the organization of the request; also decorates a function.

    Counted is by process, since what it protects is a process's threads, processor and memory, and
    since nothing is left of a process that dies.

    Args:
        when: whether this request is a large one.
        elsewhere: whether it only waits for a job, so that it need not wait for its turn.

    Raises:
        TooMuchAtOnceError: ``MOST_HEAVY`` are under way.
    """
    if not when:
        yield
        return
    # Python computes in one thread at a time: two would leave short requests a third of it.
    be_long()
    with place_for(current().organization_id) as turn, nullcontext() if elsewhere else turn:
        yield


@contextmanager
def place_for(organization_id: UUID | None) -> Iterator[threading.Lock]:
    """Give a large request one of its organization's places; its turn to be worked on is a lock.

    Raises:
        TooMuchAtOnceError: all places are taken.
    """
    with _lock:
        if _running[organization_id] >= MOST_HEAVY:
            raise TooMuchAtOnceError(most=MOST_HEAVY, retry_after_seconds=_RETRY_SECONDS)
        _running[organization_id] += 1
        turn = _turns.setdefault(organization_id, threading.Lock())
    try:
        yield turn
    finally:
        with _lock:
            _running.subtract([organization_id])
            if not _running[organization_id]:
                del _running[organization_id], _turns[organization_id]
