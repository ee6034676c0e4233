"""Hold processes in a memory group of the kernel, as a container does, where one can be made."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_REMOVAL_SECONDS = 5.0


class MemoryGroup:
    """A group with a limit: version 2 of the kernel's groups, or version 1."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._is_second = (folder / "memory.max").exists()

    def limit_to(self, limit_bytes: int) -> None:
        """Let the processes of the group have so much memory together, and no swap beside it."""
        name = "memory.max" if self._is_second else "memory.limit_in_bytes"
        (self._folder / name).write_text(str(limit_bytes))

    def enter(self) -> None:
        """Move this process into the group; its children are born in it."""
        (self._folder / "cgroup.procs").write_text(str(os.getpid()))

    def used_bytes(self) -> int:
        """Return the memory that cannot be taken back: without cached files."""
        return self._number("memory.stat", "anon" if self._is_second else "total_rss")

    def kills(self) -> int:
        """Return how many processes the kernel has killed at the limit."""
        name = "memory.events" if self._is_second else "memory.oom_control"
        return self._number(name, "oom_kill")

    def _number(self, name: str, field: str) -> int:
        lines = (self._folder / name).read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.split()[0] == field)


@contextlib.contextmanager
def memory_group(name: str) -> Iterator[MemoryGroup | None]:
    """Make a group and remove it afterwards; None where this user or machine cannot."""
    first = _ROOT / "memory"
    folder = (first if first.is_dir() else _ROOT) / name
    try:
        folder.mkdir()
    except OSError:
        yield None
        return
    is_usable = any((folder / file).exists() for file in ("memory.max", "memory.limit_in_bytes"))
    try:
        yield MemoryGroup(folder) if is_usable else None
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a group once its last process is gone."""
    until = time.monotonic() + _REMOVAL_SECONDS
    while True:
        try:
            folder.rmdir()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return
