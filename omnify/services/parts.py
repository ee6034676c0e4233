"""Find the modules of a service that the floor runs: its jobs and receivers."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules


@cache
def modules_of(service: str, part: str) -> tuple[str, ...]:
    """Return the modules of a part (``jobs``, ``receivers``) of a service.

    They are those of that name in the service's folder and in the folders directly below it, which
    are its concepts. Nothing of them is imported: their models need a set-up Django.
    """
    name = f"apps.{service}"
    root = Path(import_module(name).__path__[0])
    inner = [each.name for each in iter_modules([str(root)]) if each.ispkg]
    folders = {name: root} | {f"{name}.{each}": root / each for each in inner}
    return tuple(f"{name}.{part}" for name, folder in folders.items() if _has(folder, part))


def _has(folder: Path, part: str) -> bool:
    return any(module.name == part for module in iter_modules([str(folder)]))
