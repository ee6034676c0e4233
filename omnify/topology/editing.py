"""Write a topology back into its file, which otherwise stays as people wrote it."""

from __future__ import annotations

import os
from pathlib import Path

import tomlkit
from tomlkit.items import Table

from omnify.topology.files import Slice, Topology, TopologyInvalidError, read_topology
from omnify.topology.run_folder import replace_text

_DEFAULTS = {"replicas": 1, "workers": 1, "jobs": 0, "settings": ""}


def refuse_unless_writable(path: Path) -> None:
    """Refuse a change that could not be written down, before it is made.

    Raises:
        TopologyInvalidError: the file cannot be replaced.
    """
    if not os.access(path, os.W_OK) or not os.access(path.resolve().parent, os.W_OK):
        raise TopologyInvalidError(f"{path} cannot be written: the change would be lost.")


def update_file(path: Path, after: Topology) -> None:
    """Write a topology over its file, in which comments and order stay.

    The file is replaced as a whole, so that a reader finds the old one or the new one.
    """
    before = read_topology(path)
    document = tomlkit.parse(path.read_text("utf-8"))
    slices = document["slices"]
    for name in before.slices.keys() - after.slices.keys():
        del slices[name]
    for name, part in after.slices.items():
        if name not in before.slices:
            slices[name] = _table(part)
        elif part != before.slices[name]:
            _update(slices[name], before.slices[name], part)
    replace_text(path.resolve(), tomlkit.dumps(document))


def _table(part: Slice) -> Table:
    table = tomlkit.table()
    table.add("services", list(part.services))
    table.add("port", part.port)
    for field, default in _DEFAULTS.items():
        if (value := getattr(part, field)) != default:
            table.add(field, value)
    return table


def _update(table: Table, before: Slice, after: Slice) -> None:
    for field in ("services", "port", *_DEFAULTS):
        value = getattr(after, field)
        if value != getattr(before, field):
            table[field] = list(value) if field == "services" else value
