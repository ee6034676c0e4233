"""Find what platforms have: adapters, who acts on them, receivers and subscribers of webhooks.

Each is the one class of its kind in ``adapter.py``, ``acting.py``, ``receiving.py`` or
``subscribing.py`` of the platform's folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Final

from apps.integrations import platforms
from apps.integrations.exceptions import PlatformNotFoundError
from apps.integrations.platforms.actions import Actor
from apps.integrations.platforms.deliveries import Receiver
from apps.integrations.platforms.port import Adapter
from apps.integrations.platforms.specs import PlatformSpec
from apps.integrations.platforms.subscriptions import Subscriber


def find_adapters() -> Mapping[str, Adapter]:
    """Return an adapter for each folder that has one, by the platform's id."""
    adapters = [_make_own(module, Adapter) for module in _modules("adapter").values()]
    return MappingProxyType({adapter.spec.id: adapter for adapter in adapters})


def _find_all(stem: str, base: type[Any]) -> Mapping[str, Any]:
    """Return one for each folder that has a module, by the folder, which is the platform's id."""
    modules = _modules(stem)
    return MappingProxyType({name: _make_own(modules[name], base) for name in modules})


def _modules(stem: str) -> dict[str, ModuleType]:
    """Return the modules of a name, by the folders that have one."""
    files = (file for path in platforms.__path__ for file in Path(path).glob(f"*/{stem}.py"))
    folders = sorted(file.parent.name for file in files)
    return {name: import_module(f"{__package__}.{name}.{stem}") for name in folders}


def _make_own(module: ModuleType, base: type[Any]) -> Any:
    """Return one of the class of a kind that a module defines."""
    classes = (each for each in vars(module).values() if isinstance(each, type))
    [own] = [
        each for each in classes if issubclass(each, base) and each.__module__ == module.__name__
    ]
    return own()


ADAPTERS: Final = find_adapters()
ACTORS: Final[Mapping[str, Actor]] = _find_all("acting", Actor)
RECEIVERS: Final[Mapping[str, Receiver]] = _find_all("receiving", Receiver)
SUBSCRIBERS: Final[Mapping[str, Subscriber]] = _find_all("subscribing", Subscriber)


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


def find_actor(platform: str) -> Actor | None:
    """Return who acts on a platform, None where nothing is done on it."""
    return ACTORS.get(platform)


def list_specs() -> tuple[PlatformSpec, ...]:
    """Return the facts of all platforms that this version can connect, by id."""
    return tuple(ADAPTERS[name].spec for name in sorted(ADAPTERS))
