"""Know which services exist, and which this process hosts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module

from django.core.exceptions import ImproperlyConfigured

from omnify.conf import settings
from omnify.db import aliases_of
from omnify.services.manifest import Manifest


@cache
def manifests() -> dict[str, Manifest]:
    """Return all services of the codebase by name, checked against each other.

    Raises:
        ImproperlyConfigured: a manifest names an unknown service, two own one prefix or port,
            or services need each other in a circle.
    """
    names: tuple[str, ...] = import_module("apps").SERVICES
    declared = {name: import_module(f"apps.{name}.contract").MANIFEST for name in names}
    problems = find_problems(declared)
    if problems:
        raise ImproperlyConfigured("Service manifests: " + "; ".join(problems))
    return declared


def find_problems(declared: dict[str, Manifest]) -> list[str]:
    """List what is wrong with a set of manifests, a sentence each."""
    return [*_unknown_names(declared), *_shared_claims(declared), *_cyclic_needs(declared)]


def hosted_services() -> tuple[str, ...]:
    """Return the services whose routes, handlers and jobs this process runs, in registry order."""
    hosted: tuple[str, ...] = settings.HOSTED_SERVICES
    return hosted


def hosted_aliases() -> list[str]:
    """Return the databases of the hosted services, each once."""
    return aliases_of(hosted_services())


def is_hosted(service: str) -> bool:
    """Tell whether this process hosts a service: all that code may ask about the layout."""
    return service in settings.HOSTED_SERVICES


def owner_of(path: str) -> Manifest | None:
    """Return the service that owns a path, by the longest of the declared prefixes."""
    owners = [
        (len(prefix), manifest)
        for manifest in manifests().values()
        for prefix in manifest.owned_prefixes
        if path == prefix or path.startswith(f"{prefix}/")
    ]
    return max(owners, key=lambda pair: pair[0])[1] if owners else None


def provider_of(contract_name: str) -> str:
    """Return the service that implements a contract of the floor."""
    for manifest in manifests().values():
        if contract_name in manifest.provides:
            return manifest.name
    raise ImproperlyConfigured(f"No service provides the floor's contract '{contract_name}'.")


def _unknown_names(declared: dict[str, Manifest]) -> Iterable[str]:
    for name, manifest in declared.items():
        if manifest.name != name:
            yield f"folder '{name}' holds the manifest of '{manifest.name}'"
        for other in manifest.dependencies:
            if other not in declared:
                yield f"'{name}' needs or uses the unknown service '{other}'"


def _shared_claims(declared: dict[str, Manifest]) -> Iterable[str]:
    claims: dict[object, str] = {}
    for name, manifest in declared.items():
        for claim in (manifest.port, *manifest.owned_prefixes):
            if claim in claims:
                yield f"'{claims[claim]}' and '{name}' both claim {claim}"
            claims[claim] = name


def _cyclic_needs(declared: dict[str, Manifest]) -> Iterable[str]:
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> Iterable[str]:
        if name in path:
            circle = " -> ".join((*path[path.index(name) :], name))
            yield f"services need each other in a circle: {circle}"
            return
        if name in done or name not in declared:
            return
        for other in declared[name].needs:
            yield from walk(other, (*path, name))
        done.add(name)

    for name in declared:
        yield from walk(name, ())
