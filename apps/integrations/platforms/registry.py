"""Find the adapters of platforms: the one class of that kind in ``<platform>/adapter.py``."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Final

from apps.integrations.exceptions import PlatformNotFoundError
from apps.integrations.platforms.port import Adapter, PlatformSpec


def _find_adapters() -> Mapping[str, Adapter]:
    """Return an adapter for each folder that has one, by the platform's id."""
    folders = sorted(file.parent.name for file in Path(__file__).parent.glob("*/adapter.py"))
    adapters = [_find_adapter(import_module(f"{__package__}.{name}.adapter")) for name in folders]
    return MappingProxyType({adapter.spec.id: adapter for adapter in adapters})


def _find_adapter(module: ModuleType) -> Adapter:
    """Return an adapter of the class that a module defines."""
    classes = (each for each in vars(module).values() if isinstance(each, type))
    [own] = [
        each for each in classes if issubclass(each, Adapter) and each.__module__ == module.__name__
    ]
    return own()


ADAPTERS: Final = _find_adapters()


def get_adapter(platform: str) -> Adapter:
    """Return the adapter of a platform.

    Raises:
        PlatformNotFoundError: this version cannot connect a platform of this name.
    """
    adapter = find_adapter(platform)
    if adapter is None:
        raise PlatformNotFoundError(platform=platform)
    return adapter


def find_adapter(platform: str) -> Adapter | None:
    """Return the adapter of a platform, None where this version has none."""
    return ADAPTERS.get(platform)


def list_specs() -> tuple[PlatformSpec, ...]:
    """Return the facts of all platforms that this version can connect, by id."""
    return tuple(ADAPTERS[name].spec for name in sorted(ADAPTERS))
