"""Where the servers of a local fleet listen: the slots of slices, and the endpoints in them."""

from __future__ import annotations

from collections.abc import Container, Iterable

import msgspec

from omnify.services.registry import manifests
from omnify.topology.files import Topology

#: A slice is replaced by starting it in its other slot.
_SIDES = ("a", "b")
#: A slot has room for this many servers, or for as many as the topology asks for.
_USUAL_CAPACITY = 4


class Slot(msgspec.Struct, frozen=True):
    """Sockets for all servers of one slice; the gateway knows every slot from its start.

    Each name of a slice or service has two slots. A slice of another name takes a free one.
    """

    usual_slice: str
    side: str
    capacity: int

    @property
    def name(self) -> str:
        """Return what its sockets and groups begin with."""
        return f"{self.usual_slice}-{self.side}"

    def group(self, count: int) -> str:
        """Return what the gateway calls the first ``count`` servers."""
        return f"{self.name}{count}"


class Endpoint(msgspec.Struct, frozen=True):
    """Where one server listens: the index of a replica in a slot, and a port of its own."""

    slice_name: str
    slot: Slot
    index: int
    port: int

    @property
    def name(self) -> str:
        """Return what the server's lines and its row in the table begin with."""
        return f"{self.slice_name}:{self.port}"

    @property
    def url(self) -> str:
        """Return where the other slices reach the server."""
        return f"http://127.0.0.1:{self.port}"


def list_slots(topology: Topology) -> list[Slot]:
    """Return all slots of a fleet that starts as this topology, enough for whatever it becomes.

    There are no more slices than services, so that at least half of the slots are free.
    """
    names = dict.fromkeys((*topology.slices, *manifests()))
    return [Slot(name, side, _capacity_of(topology, name)) for name in names for side in _SIDES]


def first_slot(topology: Topology, slice_name: str) -> Slot:
    """Return the slot that a slice is started in with the fleet."""
    return Slot(slice_name, _SIDES[0], _capacity_of(topology, slice_name))


def choose_slot(
    free: Iterable[Slot], slice_name: str, replicas: int, *, avoided: Container[str]
) -> Slot | None:
    """Choose a slice's own slot if it is free, else one whose usual slice is not to be avoided."""
    large_enough = (slot for slot in free if slot.capacity >= replicas)
    return min(
        large_enough,
        key=lambda slot: (slot.usual_slice != slice_name, slot.usual_slice in avoided),
        default=None,
    )


def _capacity_of(topology: Topology, slice_name: str) -> int:
    part = topology.slices.get(slice_name)
    return max(_USUAL_CAPACITY, part.replicas if part else 1)
