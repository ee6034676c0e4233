"""The environment that each slice of a local fleet runs in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from omnify.local_secrets import NAMES, load_or_create
from omnify.services.registry import manifests
from omnify.topology.files import Slice, Topology

#: Variables of the parent that would contradict what the topology says.
_OVERRULED = ("OMNIFY_SERVICES", "DEPLOYMENT_MODE", "SERVICE_NAME", "PORT", "BIND_ADDRESS")


def with_secrets(environ: Mapping[str, str], path: Path) -> tuple[dict[str, str], bool]:
    """An environment with all secrets, and whether local ones had to be taken."""
    missing = [name for name in NAMES if not environ.get(name)]
    if not missing:
        return dict(environ), False
    local = load_or_create(path)
    return {**environ, **{name: local[name] for name in missing}}, True


def slice_environment(
    topology: Topology, part: Slice, port: int, environ: Mapping[str, str]
) -> dict[str, str]:
    """The environment of one replica: which services it hosts and where the others are."""
    inherited = {name: value for name, value in environ.items() if name not in _OVERRULED}
    made = {
        "DJANGO_SETTINGS_MODULE": part.settings or "settings.custom",
        "PORT": str(port),
        "BIND_ADDRESS": "127.0.0.1",
        "WEB_WORKERS": str(part.workers),
        "ALLOWED_HOSTS": environ.get("ALLOWED_HOSTS") or "localhost,127.0.0.1",
        "PYTHONUNBUFFERED": "1",
    }
    if not part.settings:
        made["OMNIFY_SERVICES"] = ",".join(part.services)
    for service in manifests():
        owner = topology.owner_of(service)
        if owner is None:
            continue
        urls = [f"http://127.0.0.1:{owner_port}" for owner_port in owner.ports]
        made[f"{service.upper()}_SERVICE_URL"] = ",".join(urls)
        made[f"{service.upper()}_PUBLIC_URL"] = f"http://localhost:{owner.port}"
    return inherited | made
