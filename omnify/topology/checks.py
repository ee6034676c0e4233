"""Check that a topology describes a fleet that can work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

from omnify.conf import settings
from omnify.services.registry import manifests
from omnify.topology.environment import (
    direct_urls,
    missing_secrets,
    slice_environment,
    without_layout,
)
from omnify.topology.files import RESERVED_NAMES, Slice, Topology, process_names
from omnify.topology.ports import HIGHEST_PORT, find_port_problem

_PRINT_SETTINGS = (
    "import importlib, json, sys;"
    "settings = importlib.import_module(sys.argv[1]);"
    "print(json.dumps([settings.HOSTED_SERVICES, settings.STARTUP_PROBLEMS]))"
)


def find_problems(topology: Topology) -> list[str]:
    """List what is wrong with a topology, a sentence each with the way out."""
    return [
        *_ownership(topology),
        *_ports(topology),
        *_names(topology),
        *_jobs(topology),
        *(
            problem
            for name, part in topology.slices.items()
            if part.settings
            for problem in _settings_module(name, part)
        ),
    ]


def find_busy_ports(topology: Topology) -> list[str]:
    """List the topology's ports that cannot be listened on, on this machine and now."""
    return [
        f"port {port} of slice '{name}' {reason}"
        for name, part in topology.slices.items()
        for port in part.ports
        if (reason := find_port_problem(port))
    ]


def find_setting_problems(
    topology: Topology, environ: Mapping[str, str], *, addresses: Path
) -> list[str]:
    """List what is missing or wrong in the environment of the slices, as ``up`` starts them.

    Secrets that ``up`` makes where they are missing are no problem.
    """
    urls = direct_urls(topology)
    slices_of: dict[str, list[str]] = {}
    for name, part in topology.slices.items():
        inside = slice_environment(part, part.port, environ, addresses=addresses, public_urls=urls)
        _, problems = _settings_of(inside["DJANGO_SETTINGS_MODULE"], inside) or ((), ())
        for problem in problems:
            slices_of.setdefault(problem, []).append(name)
    return [
        f"{problem} (slice {', '.join(names)})"
        for problem, names in slices_of.items()
        if not any(secret in problem for secret in missing_secrets(environ))
    ]


def _ownership(topology: Topology) -> Iterator[str]:
    for name, part in topology.slices.items():
        if not part.services and not part.settings:
            yield f"slice '{name}' hosts nothing: list services, or name a settings module"
        for service in part.services:
            if service not in manifests():
                known = ", ".join(manifests())
                yield f"slice '{name}' names the unknown service '{service}'; known: {known}"
    for service in manifests():
        owners = [name for name, part in topology.slices.items() if service in part.services]
        if not owners:
            yield f"no slice hosts '{service}': add it to one"
        if len(owners) > 1:
            yield f"'{service}' is hosted by {' and '.join(owners)}: leave it in one"
    for name, part in topology.slices.items():
        twice = sorted({s for s in part.services if part.services.count(s) > 1})
        for service in twice:
            yield f"slice '{name}' lists '{service}' twice"


def _ports(topology: Topology) -> Iterator[str]:
    taken: dict[int, str] = {}
    for name, part in topology.slices.items():
        for port in part.ports:
            if port > HIGHEST_PORT:
                yield (
                    f"a replica of slice '{name}' would listen on {port}, and ports end at"
                    f" {HIGHEST_PORT}: choose a lower port or fewer replicas"
                )
            elif port in taken:
                yield f"port {port} belongs to '{taken[port]}' and to '{name}': choose another"
            taken[port] = name


def _names(topology: Topology) -> Iterator[str]:
    """Yield names of containers and addresses that two slices would have."""
    taken = dict.fromkeys(RESERVED_NAMES, "the fleet itself")
    for name, part in topology.slices.items():
        # In a cluster all workers of a slice form one deployment.
        together = [f"{name}-worker"] if part.jobs else []
        for process in (*process_names(name, part), *together):
            if process in taken:
                yield f"'{process}' is a name of {taken[process]}: rename slice '{name}'"
            taken[process] = f"slice '{name}'"


def _jobs(topology: Topology) -> Iterator[str]:
    for name, part in topology.slices.items():
        if part.jobs and not part.services:
            yield f"slice '{name}' hosts no service whose jobs could run: leave out jobs"


def _settings_module(name: str, part: Slice) -> Iterator[str]:
    if not _exists(part.settings):
        yield f"slice '{name}': there is no settings module '{part.settings}'"
        return
    read = _settings_of(part.settings, without_layout(os.environ))
    hosted = read[0] if read else ()
    if read is None:
        yield f"slice '{name}': '{part.settings}' is not a settings module that says what it hosts"
    elif set(hosted) != set(part.services):
        yield (
            f"slice '{name}': {part.settings} hosts {', '.join(hosted) or 'nothing'}, and services"
            f" lists {', '.join(part.services) or 'nothing'}: make them agree"
        )


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def _settings_of(
    module: str, environ: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return what a settings module hosts and finds wrong, asked of a process of its own."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", _PRINT_SETTINGS, module],
        cwd=settings.BASE_DIR,
        env=dict(environ),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return None
    hosted, problems = json.loads(done.stdout)
    return tuple(hosted), tuple(problems)
