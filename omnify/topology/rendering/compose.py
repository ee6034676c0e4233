"""Render a topology as a Compose file: one machine, containers, a database, a gateway."""

from __future__ import annotations

from typing import Any

from omnify.services.registry import manifests
from omnify.topology.files import Slice, Topology, process_names, server_names
from omnify.topology.rendering import containers
from omnify.topology.rendering.gateway import Gateway, nginx_configuration

DATABASE_IMAGE = "postgres:17-alpine"
_DATABASE = (
    "postgresql://omnify:${POSTGRES_PASSWORD:?run deploy/scripts/deploy.sh}@postgres:5432/omnify"
)
_PUBLIC = "${OMNIFY_PUBLIC_URL:-http://localhost:8080}"
#: Fixed, since the gateway is in it, whose word on the client's address is believed.
_SUBNET = "${OMNIFY_SUBNET:-172.30.73.0/24}"
#: Where the gateway finds ``deploy/gateway``.
_GATEWAY_FILES = "/etc/nginx/omnify"


def compose_document(topology: Topology) -> dict[str, Any]:
    """Return the Compose file as plain values."""
    services: dict[str, Any] = {"postgres": _database(), "migrate": _migration(topology)}
    for name, part in topology.slices.items():
        for host in server_names(name, part):
            services[host] = _server(topology, part)
        for worker in process_names(name, part)[part.replicas :]:
            services[worker] = _worker(topology, part)
    services["gateway"] = _gateway(topology)
    # The data network leads nowhere else: only the slices are in both.
    fleet = {"ipam": {"config": [{"subnet": _SUBNET}]}}
    networks = {"fleet": fleet, "data": {"internal": True}}
    return {"services": services, "networks": networks, "volumes": {"database": None}}


def gateway_configuration(topology: Topology, header: str) -> str:
    """Return the gateway's configuration beside the Compose file."""
    groups = {
        name: tuple(f"{host}:{part.port}" for host in server_names(name, part))
        for name, part in topology.slices.items()
        if part.services
    }
    return nginx_configuration(
        Gateway(
            header=header,
            groups=groups,
            owners={service: name for service, (name, _) in containers.owners(topology)},
            listen=str(containers.GATEWAY_PORT),
            flags="/tmp/flags",  # noqa: S108 - the container's own memory
            folder="/tmp",  # noqa: S108 - as above
            bodies=containers.LARGE_FILES,
            access_log="/dev/stdout",
            extra=f"{_GATEWAY_FILES}/extra/*.conf",
        )
    )


def _confined(document: dict[str, Any]) -> dict[str, Any]:
    """Return a container that may write to memory and temporary files alone, and gain no rights.

    Large ones are in a nameless volume, on a disk.
    """
    return document | {
        "read_only": True,
        "tmpfs": ["/tmp:size=512m,mode=1777"],  # noqa: S108 - the container's own memory
        "volumes": [*document.get("volumes", ()), containers.LARGE_FILES],
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
    }


def _ours(topology: Topology, part: Slice, command: list[str]) -> dict[str, Any]:
    return _confined(
        {
            "image": f"${{OMNIFY_IMAGE:-{containers.IMAGE}}}",
            "command": command,
            "user": f"{containers.USER_ID}:{containers.USER_ID}",
            "environment": _environment(topology, part),
            "networks": ["fleet", "data"],
            "init": True,
            "stop_grace_period": f"{containers.STOP_SECONDS}s",
        }
    )


def _environment(topology: Topology, part: Slice) -> dict[str, str]:
    hosts = [host for name, other in topology.slices.items() for host in server_names(name, other)]
    environment = containers.variables(
        topology, part, host_names=lambda name: server_names(name, topology.slices[name])
    )
    environment |= {f"{service.upper()}_PUBLIC_URL": _PUBLIC for service in manifests()}
    environment["CSRF_TRUSTED_ORIGINS"] = _PUBLIC
    environment["TRUSTED_PROXIES"] = _SUBNET
    environment["ALLOWED_HOSTS"] = ",".join(
        ["localhost", "127.0.0.1", *hosts, "${OMNIFY_HOSTS:-gateway}"]
    )
    environment["DATABASE_URL"] = _DATABASE
    environment["TMPDIR"] = containers.LARGE_FILES
    environment |= {
        name: f"${{{name}:?run deploy/scripts/deploy.sh}}"
        for name in containers.required_secrets(part)
    }
    optional = (
        *containers.optional_secrets(part),
        *containers.optional_settings(part),
        *containers.family_settings(part),
    )
    return environment | {name: f"${{{name}:-}}" for name in optional}


def _server(topology: Topology, part: Slice) -> dict[str, Any]:
    service = _ours(topology, part, containers.SERVE)
    return service | {"restart": "unless-stopped", "depends_on": _after_migration()}


def _worker(topology: Topology, part: Slice) -> dict[str, Any]:
    service = _ours(topology, part, containers.WORK)
    # The image's check asks a web server, which a worker is not.
    return service | {
        "restart": "unless-stopped",
        "depends_on": _after_migration(),
        "healthcheck": {"disable": True},
    }


def _migration(topology: Topology) -> dict[str, Any]:
    service = _ours(topology, containers.everything(topology), containers.MIGRATE)
    return service | {
        "restart": "no",
        "depends_on": {"postgres": {"condition": "service_healthy"}},
        "healthcheck": {"disable": True},
    }


def _after_migration() -> dict[str, Any]:
    return {"migrate": {"condition": "service_completed_successfully"}}


def _database() -> dict[str, Any]:
    return {
        "image": f"${{POSTGRES_IMAGE:-{DATABASE_IMAGE}}}",
        "environment": {
            "POSTGRES_USER": "omnify",
            "POSTGRES_DB": "omnify",
            "POSTGRES_PASSWORD": "${POSTGRES_PASSWORD:?run deploy/scripts/deploy.sh}",
        },
        "volumes": ["database:/var/lib/postgresql/data"],
        "networks": ["data"],
        "restart": "unless-stopped",
        "stop_grace_period": "30s",
        "healthcheck": {
            "test": ["CMD", "pg_isready", "-h", "127.0.0.1", "-U", "omnify", "-d", "omnify"],
            "interval": "2s",
            "timeout": "5s",
            "retries": 60,
        },
    }


def _gateway(topology: Topology) -> dict[str, Any]:
    port, file = containers.GATEWAY_PORT, f"{_GATEWAY_FILES}/nginx.{topology.name}.conf"
    hosts = [
        host
        for name, part in topology.slices.items()
        if part.services
        for host in server_names(name, part)
    ]
    service = {
        "image": f"${{GATEWAY_IMAGE:-{containers.GATEWAY_IMAGE}}}",
        "entrypoint": ["nginx", "-c", file, "-g", "daemon off;"],
        "user": f"{containers.USER_ID}:{containers.USER_ID}",
        # deploy.sh recognises the running layout by it.
        "labels": {"omnify.layout": topology.name},
        # The folder, since a container would keep the file that it started with.
        "volumes": [f"../gateway:{_GATEWAY_FILES}:ro"],
        # Finish the requests; the image of nginx says so, substitutes for it may not.
        "stop_signal": "SIGQUIT",
        "stop_grace_period": f"{containers.STOP_SECONDS}s",
        "networks": ["fleet"],
        "ports": [f"${{OMNIFY_BIND:-127.0.0.1}}:${{OMNIFY_PORT:-{port}}}:{port}"],
        "restart": "unless-stopped",
        "depends_on": {host: {"condition": "service_healthy"} for host in hosts},
    }
    return _confined(service)
