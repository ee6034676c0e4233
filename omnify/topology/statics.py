"""Collect the static files of a checkout before a fleet starts, if any changed."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path

from django.contrib.staticfiles.finders import get_finders


def collect_when_stale(static_root: Path, collect: Callable[[], object]) -> None:
    """Collect if a source is newer than the collected files; one fleet at a time does so."""
    static_root.mkdir(parents=True, exist_ok=True)
    with static_root.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_stale(static_root):
            collect()


def is_stale(static_root: Path) -> bool:
    """Tell whether any source is newer than the manifest of the collected files."""
    manifest = static_root / "staticfiles.json"
    if not manifest.exists():
        return True
    collected_at = manifest.stat().st_mtime
    return any(
        Path(storage.path(path)).stat().st_mtime > collected_at
        for finder in get_finders()
        for path, storage in finder.list([])
    )
