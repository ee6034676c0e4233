"""What Compose and Kubernetes both need to know about the processes of a topology."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from omnify import __version__
from omnify.jobs.definitions import defines_jobs
from omnify.services.registry import manifests, provider_of
from omnify.topology.environment import slice_variables
from omnify.topology.files import Slice, Topology

IMAGE = f"omnify:{__version__}"
GATEWAY_IMAGE = "nginx:1.28-alpine"
GATEWAY_PORT = 8080
#: The user that the processes run as; deploy/docker/Dockerfile creates it.
USER_ID = 10001
SERVE = ["python", "manage.py", "serve"]
WORK = ["python", "manage.py", "worker"]
MIGRATE = ["python", "manage.py", "migrate"]
#: Where containers keep large files while they read them, where /tmp is memory.
LARGE_FILES = "/var/tmp"  # noqa: S108 - the container's own
#: Long enough for a gateway to notice that a process is about to stop.
DRAIN_SECONDS = 5
#: The drain, gunicorn's graceful timeout of 20 seconds, and something to spare.
STOP_SECONDS = DRAIN_SECONDS + 35
#: Where a cluster finds the variables of families, such as platforms' own.
FAMILIES_SECRET = "omnify-platforms"  # noqa: S105 - a name
_ALWAYS_SECRET = ("SECRET_KEY", "OMNIFY_RPC_SECRETS")
_MAYBE_SECRET = ("JOBS_DATABASE_URL", "EVENT_BUS_URL", "CACHE_URL", "EMAIL_URL")


def with_workers(topology: Topology) -> Topology:
    """Return the topology with at least one worker for each slice that has jobs.

    On one machine a server may run jobs itself, as the file says; in production long work must not
    take the processor from requests, nor end when a server is scaled down.
    """
    slices = {
        name: msgspec.structs.replace(part, jobs=max(1, part.jobs)) if _has_jobs(part) else part
        for name, part in topology.slices.items()
    }
    return msgspec.structs.replace(topology, slices=slices)


def _has_jobs(part: Slice) -> bool:
    return any(defines_jobs(service) for service in part.services)


def required_secrets(part: Slice) -> list[str]:
    """Name the variables that a slice cannot start without, except the database's address."""
    declared = (
        name for service in part.services for name in manifests()[service].required_settings
    )
    return list(dict.fromkeys((*_ALWAYS_SECRET, *declared)))


def optional_secrets(part: Slice) -> list[str]:
    """Name the variables with secrets that a slice can do without."""
    own = [f"{service.upper()}_DATABASE_URL" for service in manifests()]
    is_provider = provider_of("identity") in part.services
    keys = ["AUTH_SIGNING_KEYS", "SECRET_KEY_FALLBACKS"] if is_provider else []
    return [*own, *_MAYBE_SECRET, *keys]


def optional_settings(part: Slice) -> list[str]:
    """Name further variables that the services of a slice read."""
    return [name for service in part.services for name in manifests()[service].optional_settings]


def family_settings(part: Slice) -> list[str]:
    """Name the variables that the services of a slice read for each of several things."""
    return [
        f"{member.upper()}_{each.ending}"
        for service in part.services
        for family in manifests()[service].setting_families
        for member in family.members
        for each in family.settings
    ]


def variables(
    topology: Topology, part: Slice, *, host_names: Callable[[str], list[str]]
) -> dict[str, str]:
    """Return the variables without secrets: what the slice hosts, and where all listen."""
    values = slice_variables(part) | {
        "PORT": str(part.port),
        "OMNIFY_DRAIN_SECONDS": str(DRAIN_SECONDS),
    }
    for service, (name, owner) in owners(topology):
        urls = [f"http://{host}:{owner.port}" for host in host_names(name)]
        values[f"{service.upper()}_SERVICE_URL"] = ",".join(urls)
    return values


def owners(topology: Topology) -> Iterator[tuple[str, tuple[str, Slice]]]:
    """Yield each service with the name and description of the slice that hosts it."""
    for service in manifests():
        for name, part in topology.slices.items():
            if service in part.services:
                yield service, (name, part)


def everything(topology: Topology) -> Slice:
    """Return a slice of all services, for what is done once for all: migrations."""
    return Slice(services=tuple(manifests()), port=next(iter(topology.slices.values())).port)
