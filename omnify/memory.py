"""What the processes of a server take in memory, and what they may take."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_MEBIBYTE = 1024**2
#: What gunicorn's master and each of its workers take, with room.
_MASTER_MEBIBYTES, _WORKER_MEBIBYTES = 96, 256
#: How many pieces of the largest work each worker has room for.
_PIECES = 3


def resting_mebibytes(workers: int) -> int:
    """Return what a server of some worker processes takes while they do nothing large."""
    return _MASTER_MEBIBYTES + _WORKER_MEBIBYTES * workers


def limit_mebibytes(workers: int, *, work_mebibytes: int) -> int:
    """Return the limit for a server whose largest piece of work takes so much."""
    resting = resting_mebibytes(workers)
    return resting + max(resting, _PIECES * workers * work_mebibytes)


def memory_limit(
    groups: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")
) -> int:
    """Return what this process and its kin may take, in MiB.

    That is the least limit of its control groups, or half of the machine's memory.
    """
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    return min([machine, *_group_limits(groups, own)]) // _MEBIBYTE


def _group_limits(groups: Path, own: Path) -> Iterator[int]:
    names = [line.split(":", 2) for line in own.read_text().splitlines()] if own.exists() else []
    for _, controllers, path in names:
        is_unified = controllers == ""
        if not is_unified and "memory" not in controllers.split(","):
            continue
        root = groups if is_unified else groups / "memory"
        file = "memory.max" if is_unified else "memory.limit_in_bytes"
        # In a container the group's path may be one of the host, and its own limit is at the root.
        folder = root / path.lstrip("/")
        for place in (folder, *folder.parents):
            text = (place / file).read_text().strip() if (place / file).is_file() else ""
            if text.isdigit():
                yield int(text)
            if place == root:
                break
