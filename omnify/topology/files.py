"""Topology files: TOML to checked structures."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec

from omnify.exceptions import InvalidInputError

#: Replicas of a slice listen this far apart.
REPLICA_STEP = 10
_Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
_Port = Annotated[int, msgspec.Meta(ge=1, le=65_535)]
_Count = Annotated[int, msgspec.Meta(ge=1, le=64)]


class TopologyInvalidError(InvalidInputError):
    """A topology file cannot be read, or describes no fleet that could work."""

    code = "topology_invalid"
    message = "The topology is not valid."


class Slice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A process kind of the fleet: its services, its first port, how many of it there are.

    ``workers`` are gunicorn's processes in each replica. ``settings`` names a settings module
    instead of ``settings.custom``.
    """

    services: tuple[str, ...]
    port: _Port
    replicas: _Count = 1
    workers: _Count = 1
    settings: str = ""

    @property
    def ports(self) -> tuple[int, ...]:
        """One per replica."""
        return tuple(self.port + REPLICA_STEP * index for index in range(self.replicas))


class Topology(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fleet: its slices by name."""

    name: _Name
    slices: dict[_Name, Slice]

    def owner_of(self, service: str) -> Slice | None:
        """The slice that hosts a service."""
        return next((s for s in self.slices.values() if service in s.services), None)


def read_topology(path: Path) -> Topology:
    """Read a file.

    Raises:
        TopologyInvalidError: it is missing, no TOML, or has other keys and types than a topology.
    """
    try:
        return msgspec.convert(tomllib.loads(path.read_text()), Topology)
    except FileNotFoundError as error:
        raise TopologyInvalidError(f"There is no file {path}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise TopologyInvalidError(f"{path}: {error}") from error
