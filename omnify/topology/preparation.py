"""Prepare a fleet before it serves, and run scripts beside it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from msgspec.structs import replace

from omnify.conf import settings
from omnify.topology.deployments import Launcher
from omnify.topology.exceptions import FleetError
from omnify.topology.files import Slice, Topology
from omnify.topology.statics import collect_when_stale

_LONGEST_OUTPUT = 4000


def prepare(topology: Topology, launcher: Launcher) -> None:
    """Migrate the databases of all slices, and collect static files if any changed.

    Raises:
        FleetError: a command failed; its output is in the message.
    """
    launcher.folder.clear()
    command = str(launcher.host.root / "manage.py")
    for name, part in _migrations(topology):
        _run_python(launcher, name, part, command, "migrate")
    name, part = next(iter(topology.slices.items()))
    collect_when_stale(
        Path(settings.STATIC_ROOT),
        lambda: _run_python(launcher, name, part, command, "collectstatic", "--no-input", "-v0"),
    )


def _migrations(topology: Topology) -> list[tuple[str, Slice]]:
    """Return what to migrate at a time: all slices in one process, but those with settings."""
    hosting = [(name, part) for name, part in topology.slices.items() if part.services]
    plain = [(name, part) for name, part in hosting if not part.settings]
    services = tuple(service for _, part in plain for service in part.services)
    names = "', '".join(name for name, _ in plain)
    together = [(names, replace(plain[0][1], services=services))] if plain else []
    return [*together, *(each for each in hosting if each[1].settings)]


def run_script(topology: Topology, launcher: Launcher, script: Path) -> str:
    """Run a Python script beside the fleet; returns what it printed.

    Raises:
        FleetError: it failed.
    """
    name, part = next(iter(topology.slices.items()))
    return _run_python(launcher, name, part, str(script))


def _run_python(launcher: Launcher, name: str, part: Slice, *arguments: str) -> str:
    completed = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, *arguments],
        env=launcher.environment(part, part.port),
        capture_output=True,
        text=True,
        check=False,
    )
    if completed.returncode:
        output = (completed.stdout + completed.stderr)[-_LONGEST_OUTPUT:]
        words = " ".join(Path(argument).name for argument in arguments)
        raise FleetError(f"'{words}' failed for slice '{name}':\n{output}")
    return completed.stdout
