"""Hash passwords with Argon2id in a bounded number of places, so that memory is never exceeded."""

from __future__ import annotations

import itertools
import os
import sys
import threading
from collections import OrderedDict, deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache

from django.contrib.auth.hashers import Argon2PasswordHasher

from apps.auth.contract import MANIFEST
from apps.auth.exceptions import PasswordsBusyError
from omnify.conf import settings
from omnify.context import current
from omnify.memory import memory_limit, resting_mebibytes

#: How long a password waits for a place, in seconds.
_WAIT_SECONDS = 5.0
_RETRY_SECONDS = 2
#: How many addresses from which a password was right a process remembers.
_MOST_KNOWN = 10_000
#: How much further back threads that hash stand, as nice(1) counts.
_LOWER_PRIORITY = 19


class Places:
    """Places to hash in, and a short queue for them in which no address has more than a share.

    Behind it are ``reserved`` places for addresses from which a password was right: those who
    guess from many addresses do not lock them out.
    """

    def __init__(
        self,
        count: int,
        *,
        queue: int,
        share: int,
        reserved: int = 0,
        seconds: float = _WAIT_SECONDS,
    ) -> None:
        self._longest, self._share, self._seconds = queue, share, seconds
        self._reserved = reserved
        self._free = count
        #: Number and address of those who wait, in the order in which they came.
        self._queue: deque[tuple[int, str]] = deque()
        #: Addresses from which a password was right, the latest at the end.
        self._known: OrderedDict[str, None] = OrderedDict()
        self._numbers = itertools.count()
        self._changed = threading.Condition()

    @contextmanager
    def take(self, address: str) -> Iterator[None]:
        """Occupy a place.

        Raises:
            PasswordsBusyError: none was free in time, or too many wait for one.
        """
        with self._changed:
            if not self._is_open():
                self._wait(address)
            self._free -= 1
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()

    def refuse_more(self, address: str) -> None:
        """Refuse what would be refused at once, before anything is done for it.

        Raises:
            PasswordsBusyError: no place is free, and too many wait for one.
        """
        with self._changed:
            if not self._is_open():
                self._refuse_beyond_queue(address)

    def remember(self, address: str) -> None:
        """Count an address among the known ones: a password was right from there."""
        with self._changed:
            self._known[address] = None
            self._known.move_to_end(address)
            if len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)

    def count_waiting(self) -> int:
        """Return how many wait for a place."""
        with self._changed:
            return len(self._queue)

    def _is_open(self) -> bool:
        return self._free > 0 and not self._queue

    def _wait(self, address: str) -> None:
        self._refuse_beyond_queue(address)
        own = (next(self._numbers), address)
        self._queue.append(own)
        try:
            if not self._changed.wait_for(
                lambda: self._free > 0 and self._queue[0] == own, timeout=self._seconds
            ):
                raise PasswordsBusyError(retry_after_seconds=_RETRY_SECONDS)
        finally:
            self._queue.remove(own)
            self._changed.notify_all()

    def _refuse_beyond_queue(self, address: str) -> None:
        of_address = sum(1 for _, each in self._queue if each == address)
        longest = self._longest + (self._reserved if address in self._known else 0)
        if len(self._queue) >= longest or of_address >= self._share:
            raise PasswordsBusyError(retry_after_seconds=_RETRY_SECONDS)


def count_places(*, limit_mebibytes: int, cores: int, workers: int) -> int:
    """Return how many passwords one of ``workers`` processes hashes at once.

    As many as fit into what the processes leave of the memory's limit, at least 1, and at most one
    less than there are cores.
    """
    most = max(1, cores - 1)
    room = (limit_mebibytes - resting_mebibytes(workers)) // workers
    return min(most, max(1, room // MANIFEST.work_mebibytes))


def refuse_when_busy() -> None:
    """Refuse a request whose password would find no place, before anything is done for it.

    Raises:
        PasswordsBusyError: try again in a moment.
    """
    _places().refuse_more(current().client_address)


def remember_address() -> None:
    """Note that a password was right from the address of the request."""
    _places().remember(current().client_address)


class PlacedArgon2Hasher(Argon2PasswordHasher):
    """Django's Argon2id; whoever hashes or checks a password takes a place for it."""

    def encode(self, password: str, salt: str) -> str:
        """Return the hash of a password.

        Raises:
            PasswordsBusyError: there is no place for it now.
        """
        with _places().take(current().client_address):
            return _threads().submit(super().encode, password, salt).result()

    def verify(self, password: str, encoded: str) -> bool:
        """Tell whether a password is right; raises as ``encode`` does."""
        with _places().take(current().client_address):
            return _threads().submit(super().verify, password, encoded).result()


@cache
def _places() -> Places:
    count = count_places(
        limit_mebibytes=memory_limit(),
        cores=len(os.sched_getaffinity(0)),
        workers=settings.WEB_WORKERS,
    )
    # At least half of the threads are left to other requests, unless there are many places.
    queue = max(2, settings.WEB_THREADS // 2 - count)
    return Places(count, queue=queue, share=queue - 1, reserved=1)


@cache
def _threads() -> ThreadPoolExecutor:
    """Return threads that hash at a low priority, which those that Argon2 starts inherit.

    Otherwise its eight lanes would take the processor from the requests beside them.
    """
    return ThreadPoolExecutor(thread_name_prefix="omnify-hashing", initializer=_give_way)


def _give_way() -> None:
    # Only Linux has a priority for each thread.
    if sys.platform == "linux":
        os.nice(_LOWER_PRIORITY)


# A fork has no threads.
os.register_at_fork(after_in_child=_threads.cache_clear)
