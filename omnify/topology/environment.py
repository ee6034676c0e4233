"""Build the environment that each slice of a local fleet runs in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from omnify.local_secrets import NAMES, load_or_create
from omnify.services.registry import manifests
from omnify.topology.files import Slice, Topology

#: Variables of the parent that could contradict the topology.
_OVERRULED = (
    "OMNIFY_SERVICES",
    "OMNIFY_EMBEDDED_WORKER",
    "DEPLOYMENT_MODE",
    "SERVICE_NAME",
    "PORT",
    "BIND_ADDRESS",
    "BIND_SOCKET",
)


def with_secrets(environ: Mapping[str, str], path: Path) -> tuple[dict[str, str], bool]:
    """Return an environment with all secrets, and whether local ones had to be added."""
    missing = missing_secrets(environ)
    if not missing:
        return dict(environ), False
    local = load_or_create(path)
    return {**environ, **{name: local[name] for name in missing}}, True


def missing_secrets(environ: Mapping[str, str]) -> list[str]:
    """Return the secrets that an environment lacks."""
    return [name for name in NAMES if not environ.get(name)]


def without_layout(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without the variables that say which slice the parent is."""
    return {name: value for name, value in environ.items() if name not in _OVERRULED}


def slice_variables(part: Slice) -> dict[str, str]:
    """Return the variables that describe a slice to its processes, wherever they run."""
    variables = {
        "DJANGO_SETTINGS_MODULE": part.settings or "settings.custom",
        "WEB_WORKERS": str(part.workers),
    }
    if not part.settings:
        variables["OMNIFY_SERVICES"] = ",".join(part.services)
    if part.jobs:
        # Processes of their own run the jobs.
        variables["OMNIFY_EMBEDDED_WORKER"] = "false"
    return variables


def slice_environment(
    part: Slice,
    port: int,
    environ: Mapping[str, str],
    *,
    addresses: Path,
    public_urls: Mapping[str, str],
) -> dict[str, str]:
    """Return the environment of one process: its services, and where the others are."""
    variables = slice_variables(part) | {
        "PORT": str(port),
        "BIND_ADDRESS": "127.0.0.1",
        "ALLOWED_HOSTS": environ.get("ALLOWED_HOSTS") or "localhost,127.0.0.1",
        "OMNIFY_DISCOVERY": environ.get("OMNIFY_DISCOVERY") or f"file://{addresses}",
        "PYTHONUNBUFFERED": "1",
    }
    variables |= {f"{service.upper()}_PUBLIC_URL": url for service, url in public_urls.items()}
    return without_layout(environ) | variables


def direct_urls(topology: Topology) -> dict[str, str]:
    """Return where browsers find each service without a gateway: at its slice's first server."""
    owners = {service: topology.owner_of(service) for service in manifests()}
    return {
        service: f"http://localhost:{owner.port}"
        for service, owner in owners.items()
        if owner is not None
    }
