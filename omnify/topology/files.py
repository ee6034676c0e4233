"""Read topology files: TOML into checked structures."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec

from omnify.exceptions import InvalidInputError

#: Replicas of a slice listen this far apart.
REPLICA_STEP = 10
_Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
_Port = Annotated[int, msgspec.Meta(ge=1, le=65_535)]
Count = Annotated[int, msgspec.Meta(ge=1, le=64)]
_Jobs = Annotated[int, msgspec.Meta(ge=0, le=64)]
_NAME_RULE = "a name is 1 to 31 of a-z, 0-9 and -, beginning with a letter"


class TopologyInvalidError(InvalidInputError):
    """A topology file cannot be read, or describes a fleet that cannot work."""

    code = "topology_invalid"
    message = "The topology is not valid."


class Slice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of process in the fleet: its services, its first port, its number of replicas.

    ``workers`` are gunicorn's processes in each replica, ``jobs`` processes that run jobs alone.
    ``settings`` names a settings module instead of ``settings.custom``.
    """

    services: tuple[str, ...]
    port: _Port
    replicas: Count = 1
    workers: Count = 1
    jobs: _Jobs = 0
    settings: str = ""

    @property
    def ports(self) -> tuple[int, ...]:
        """Return a port for each replica."""
        return tuple(self.port + REPLICA_STEP * index for index in range(self.replicas))


class Topology(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fleet: its slices by name."""

    name: _Name
    slices: dict[_Name, Slice]

    def owner_of(self, service: str) -> Slice | None:
        """Return the slice that hosts a service, None where none does."""
        return next((s for s in self.slices.values() if service in s.services), None)

    def get_slice(self, name: str) -> Slice:
        """Return a slice by its name.

        Raises:
            TopologyInvalidError: the topology has no such slice.
        """
        if name not in self.slices:
            known = ", ".join(self.slices)
            raise TopologyInvalidError(f"there is no slice '{name}'; known: {known}")
        return self.slices[name]


#: Names of containers that are not slices.
RESERVED_NAMES = ("gateway", "migrate", "omnify", "postgres")


def server_names(name: str, part: Slice) -> list[str]:
    """Return the servers of a slice, as containers and hosts are called."""
    return [name if not index else f"{name}-{index + 1}" for index in range(part.replicas)]


def process_names(name: str, part: Slice) -> list[str]:
    """Return all processes of a slice: its servers, then its workers."""
    workers = [f"{name}-worker-{index + 1}" for index in range(part.jobs)]
    return [*server_names(name, part), *workers]


def read_topology(path: Path) -> Topology:
    """Read a file.

    Raises:
        TopologyInvalidError: the file is missing, is not TOML, or has other keys and types than a
            topology; every problem is listed.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise TopologyInvalidError(f"There is no file {path}.") from error
    except OSError as error:
        raise TopologyInvalidError(f"{path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TopologyInvalidError(f"{path} is not TOML: {error}") from error
    problems = list(_wrong_keys(document))
    if problems:
        listed = "".join(f"\n  - {problem}" for problem in problems)
        raise TopologyInvalidError(f"{path} is not a topology:{listed}")
    return msgspec.convert(document, Topology)


def with_slices(topology: Topology, slices: Mapping[str, Slice]) -> Topology:
    """Return the topology with other slices.

    Raises:
        TopologyInvalidError: a name or a number is not allowed in a file.
    """
    after = Topology(topology.name, dict(slices))
    problems = list(_wrong_keys(msgspec.to_builtins(after)))
    if problems:
        raise TopologyInvalidError(f"That would not be a topology: {'; '.join(problems)}.")
    return after


def _wrong_keys(document: dict[str, Any]) -> Iterator[str]:
    """Yield what a document has and lacks against a topology; msgspec alone stops at the first."""
    if not document:
        yield "the file is empty: give it a name and a table [slices.<name>] for each slice"
        return
    # Slices are checked one by one below, with their names in front.
    yield from _wrong_fields(document, Topology, checked_apart="slices")
    slices = document.get("slices", {})
    if not isinstance(slices, dict):
        yield "slices: make it tables [slices.<name>]"
        return
    for name, part in slices.items():
        if not _fits(name, _Name):
            yield f"slice '{name}': {_NAME_RULE}"
        if not isinstance(part, dict):
            yield f"slice '{name}': make it a table [slices.{name}]"
            continue
        yield from (f"slice '{name}': {wrong}" for wrong in _wrong_fields(part, Slice))


def _wrong_fields(
    table: Mapping[str, Any], kind: type[msgspec.Struct], *, checked_apart: str = ""
) -> Iterator[str]:
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    for key in table:
        if key not in fields:
            yield f"unknown key '{key}'; known: {', '.join(fields)}"
    for name, field in fields.items():
        if name not in table:
            if field.required:
                yield f"'{name}' is missing"
        elif name != checked_apart and (reason := _misfit(table[name], field.type)):
            yield f"{name} = {table[name]!r}: {_NAME_RULE if name == 'name' else reason}"


def _fits(value: object, kind: object) -> bool:
    return not _misfit(value, kind)


def _misfit(value: object, kind: object) -> str:
    """Say why a value is not of a type; empty if it is."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        return str(error)
    return ""
