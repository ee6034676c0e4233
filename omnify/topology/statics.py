"""Collect static files before a slice or a fleet serves: without them no page can be shown."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.utils.module_loading import import_string

from omnify.conf import settings
from omnify.topology.exceptions import StaticFilesMissingError

_MANIFEST = "staticfiles.json"


def collect_when_stale(static_root: Path, collect: Callable[[], object]) -> None:
    """Collect if a source is newer than the collected files; one fleet at a time does so."""
    _collect_if(is_stale, static_root, collect)


def collect_when_missing(static_root: Path, collect: Callable[[], object]) -> None:
    """Collect if pages name files that were not collected, as each of them would then fail.

    Raises:
        StaticFilesMissingError: they cannot be written.
    """
    if not _needs_manifest() or not find_missing(static_root):
        return
    try:
        _collect_if(find_missing, static_root, collect)
    except OSError as error:
        raise StaticFilesMissingError(static_root, str(error)) from error
    if missing := find_missing(static_root):
        reason = f"{len(missing)} are missing, such as {missing[0]}"
        raise StaticFilesMissingError(static_root, reason)


def is_stale(static_root: Path) -> bool:
    """Tell whether any source is newer than the manifest of the collected files."""
    manifest = static_root / _MANIFEST
    if not manifest.exists():
        return True
    collected_at = manifest.stat().st_mtime
    return any(source.stat().st_mtime > collected_at for _, source in _sources())


def find_missing(static_root: Path) -> list[str]:
    """Name the sources that the manifest of the collected files does not know."""
    try:
        known = json.loads((static_root / _MANIFEST).read_text())["paths"]
    except OSError:
        known = {}
    return [path for path, _ in _sources() if path not in known]


def _collect_if(
    is_needed: Callable[[Path], object], static_root: Path, collect: Callable[[], object]
) -> None:
    static_root.mkdir(parents=True, exist_ok=True)
    with static_root.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_needed(static_root):
            collect()


def _needs_manifest() -> bool:
    # By its class: an instance would read the manifest, and keep it, before there is one.
    storage = import_string(settings.STORAGES["staticfiles"]["BACKEND"])
    return issubclass(storage, ManifestFilesMixin) and not settings.DEBUG


def _sources() -> Iterator[tuple[str, Path]]:
    for finder in get_finders():
        for path, storage in finder.list(StaticFilesConfig.ignore_patterns):
            yield path, Path(storage.path(path))
