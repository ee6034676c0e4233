"""Let long requests give way to short ones, which Python's threads alone do not.

Threads share the interpreter evenly: beside one that computes, a short request waits again after
each row that it reads, and takes several times as long.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, TypeVar

T = TypeVar("T")

#: A long request waits at most so many times as long as it has computed, so that it comes to its
#: end also where there are always short ones.
MOST_WAITED: Final = 3.0
#: A long request looks for short ones after so many items, a fraction of a millisecond.
STRIDE: Final = 32


class _Request:
    """A request under way; ``computed_before`` is its thread's processor time when it got long."""

    def __init__(self) -> None:
        self.computed_before = self.waited = 0.0


_ended = threading.Condition()
_short: set[_Request] = set()
_current: ContextVar[_Request | None] = ContextVar("omnify_request_under_way", default=None)


@contextmanager
def request_under_way() -> Iterator[None]:
    """Count the block as a short request, until it ends or says that it is long."""
    request = _Request()
    token = _current.set(request)
    _short.add(request)
    try:
        yield
    finally:
        _current.reset(token)
        _drop(request)


def be_long() -> None:
    """Say that the request under way is a long one, for which no other one waits."""
    request = _current.get()
    if request in _short:
        request.computed_before = time.thread_time()
        _drop(request)


def giving_way(items: Iterable[T]) -> Iterable[T]:
    """Return items between which a long request waits while there are short ones.

    Not for use in a transaction: a short request may wait for what it has locked.
    """
    request = _current.get()
    return items if request is None or request in _short else _stopping(items, request)


def _stopping(items: Iterable[T], request: _Request) -> Iterator[T]:
    for number, item in enumerate(items):
        if _short and number % STRIDE == 0:
            _wait(request)
        yield item


def _wait(request: _Request) -> None:
    computed = time.thread_time() - request.computed_before
    patience = MOST_WAITED * computed - request.waited
    if patience > 0:
        began = time.monotonic()
        with _ended:
            _ended.wait_for(lambda: not _short, patience)
        request.waited += time.monotonic() - began


def _drop(request: _Request) -> None:
    with _ended:
        _short.discard(request)
        if not _short:
            _ended.notify_all()
