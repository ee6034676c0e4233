"""The environment that each slice of a local fleet runs in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from omnify.local_secrets import NAMES, load_or_create
from omnify.services.registry import manifests
from omnify.topology.files import Slice, Topology

#: Variables of the parent that would contradict what the topology says.
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
    """An environment with all secrets, and whether local ones had to be taken."""
    missing = missing_secrets(environ)
    if not missing:
        return dict(environ), False
    local = load_or_create(path)
    return {**environ, **{name: local[name] for name in missing}}, True


def missing_secrets(environ: Mapping[str, str]) -> list[str]:
    """The secrets that an environment lacks."""
    return [name for name in NAMES if not environ.get(name)]


def without_layout(environ: Mapping[str, str]) -> dict[str, str]:
    """An environment less what says which slice the parent is."""
    return {name: value for name, value in environ.items() if name not in _OVERRULED}


def slice_variables(part: Slice) -> dict[str, str]:
    """What a process of a slice is told of itself, wherever it runs."""
    made = {
        "DJANGO_SETTINGS_MODULE": part.settings or "settings.custom",
        "WEB_WORKERS": str(part.workers),
    }
    if not part.settings:
        made["OMNIFY_SERVICES"] = ",".join(part.services)
    if part.jobs:
        # Its workers run the jobs then.
        made["OMNIFY_EMBEDDED_WORKER"] = "false"
    return made


def slice_environment(
    part: Slice,
    port: int,
    environ: Mapping[str, str],
    *,
    addresses: Path,
    public_urls: Mapping[str, str],
) -> dict[str, str]:
    """The environment of one process: which services it hosts and where the others are found."""
    made = slice_variables(part) | {
        "PORT": str(port),
        "BIND_ADDRESS": "127.0.0.1",
        "ALLOWED_HOSTS": environ.get("ALLOWED_HOSTS") or "localhost,127.0.0.1",
        "OMNIFY_DISCOVERY": environ.get("OMNIFY_DISCOVERY") or f"file://{addresses}",
        "PYTHONUNBUFFERED": "1",
    }
    made |= {f"{service.upper()}_PUBLIC_URL": url for service, url in public_urls.items()}
    return without_layout(environ) | made


def direct_urls(topology: Topology) -> dict[str, str]:
    """Where browsers find each service without a gateway: at the first server of its slice."""
    found = {service: topology.owner_of(service) for service in manifests()}
    return {
        service: f"http://localhost:{owner.port}"
        for service, owner in found.items()
        if owner is not None
    }
