"""Derive topologies from others, by moving a service or scaling a slice, and compare them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from omnify.services.registry import manifests
from omnify.topology.files import Slice, Topology, TopologyInvalidError, with_slices


def move_service(topology: Topology, service: str, to: str) -> Topology:
    """Return the topology with a service in another slice, which is made if it is missing.

    A slice that is left without a service is removed.

    Raises:
        TopologyInvalidError: there is no such service, it is in that slice already, a slice's
            services are fixed by its settings module, or the name is not valid.
    """
    owner = _owner_name(topology, service)
    if owner == to:
        raise TopologyInvalidError(f"'{service}' is in slice '{to}' already.")
    slices = dict(topology.slices)
    for name in (owner, to):
        if name in slices and slices[name].settings:
            raise TopologyInvalidError(
                f"slice '{name}' takes its services from {slices[name].settings}: leave settings"
                " out of its table to move services in or out."
            )
    slices[owner] = _with(slices[owner], [s for s in slices[owner].services if s != service])
    target = slices.get(to) or Slice(services=(), port=manifests()[service].port)
    slices[to] = _with(target, [s for s in manifests() if s in {*target.services, service}])
    if not slices[owner].services:
        del slices[owner]
    return with_slices(topology, slices)


def scale_slice(topology: Topology, name: str, replicas: int) -> Topology:
    """Return the topology with another number of replicas of a slice.

    Raises:
        TopologyInvalidError: there is no such slice, or no slice can have so many replicas.
    """
    scaled = msgspec.structs.replace(topology.get_slice(name), replicas=replicas)
    return with_slices(topology, topology.slices | {name: scaled})


def list_differences(before: Topology, after: Topology) -> Iterator[str]:
    """Yield what changes from one topology to the other, a line each."""
    for service in manifests():
        old, new = _owner_name(before, service), _owner_name(after, service)
        if old != new:
            yield f"{service}: from slice '{old}' to slice '{new}'"
    for name in dict.fromkeys((*before.slices, *after.slices)):
        old_part, new_part = before.slices.get(name), after.slices.get(name)
        if old_part is None:
            yield f"slice '{name}' is added, on port {after.slices[name].port}"
        elif new_part is None:
            yield f"slice '{name}' is removed"
        else:
            yield from _changed_fields(name, old_part, new_part)


def _changed_fields(name: str, before: Slice, after: Slice) -> Iterator[str]:
    for field in ("port", "replicas", "workers", "jobs", "settings"):
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            yield f"slice '{name}': {field} {old!r} becomes {new!r}"


def _owner_name(topology: Topology, service: str) -> str:
    if service not in manifests():
        known = ", ".join(manifests())
        raise TopologyInvalidError(f"there is no service '{service}'; known: {known}")
    for name, part in topology.slices.items():
        if service in part.services:
            return name
    return ""


def _with(part: Slice, services: list[str]) -> Slice:
    return msgspec.structs.replace(part, services=tuple(services))
