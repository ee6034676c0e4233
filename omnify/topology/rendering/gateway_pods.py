"""The Kubernetes resources of the gateway, and the way in from outside."""

from __future__ import annotations

from omnify.topology.files import Topology
from omnify.topology.rendering import containers
from omnify.topology.rendering.gateway import Gateway, nginx_configuration
from omnify.topology.rendering.locations import HEALTH_PATH
from omnify.topology.rendering.pods import GATEWAY_ROLE, PART_OF, Document, confined, labels, pod
from omnify.topology.rendering.resources import (
    FEWEST_REPLICAS,
    deployed,
    disruption_budget,
    named,
    probe,
    service,
)

#: A placeholder, for which an overlay puts the real name.
PLACEHOLDER_HOST = "omnify.example"
#: The ConfigMap with nginx's file.
GATEWAY_SETTINGS = "omnify-gateway"


def gateway_documents() -> list[Document]:
    """Return the documents of the gateway, and of the way in from outside."""
    marks = labels("gateway", GATEWAY_ROLE)
    return [
        _gateway_deployment(),
        service(marks, containers.GATEWAY_PORT, outside=80),
        disruption_budget(marks),
        _ingress(marks),
    ]


def gateway_configuration(topology: Topology, header: str) -> str:
    """Return nginx's file for the gateway's pods, in which a slice is one address."""
    groups = {
        name: (f"{name}:{part.port}",) for name, part in topology.slices.items() if part.services
    }
    return nginx_configuration(
        Gateway(
            header=header,
            groups=groups,
            owners={service: name for service, (name, _) in containers.owners(topology)},
            listen=str(containers.GATEWAY_PORT),
            flags="/tmp/flags",  # noqa: S108 - the pod's own memory
            folder="/tmp",  # noqa: S108 - the pod's own memory
            access_log="/dev/stdout",
            trusts_forwarded=True,
        )
    )


def _gateway_deployment() -> Document:
    container = confined(
        {
            "name": "nginx",
            "image": containers.GATEWAY_IMAGE,
            "command": ["nginx", "-g", "daemon off;"],
            "ports": [{"name": "http", "containerPort": containers.GATEWAY_PORT}],
            "resources": {
                "requests": {"cpu": "50m", "memory": "32Mi"},
                "limits": {"memory": "256Mi"},
            },
            "readinessProbe": probe(HEALTH_PATH, period=2, failures=1),
            "livenessProbe": probe(HEALTH_PATH, period=10, failures=3),
            # Leave the Service first, then finish the requests.
            "lifecycle": {
                "preStop": {"exec": {"command": ["sleep", str(containers.DRAIN_SECONDS)]}}
            },
        }
    )
    settings = "/etc/nginx/nginx.conf"
    container["volumeMounts"] += [
        {"name": "settings", "mountPath": settings, "subPath": "nginx.conf", "readOnly": True},
    ]
    template = pod("gateway", GATEWAY_ROLE, container, service_account=PART_OF)
    template["spec"]["volumes"] += [
        {"name": "settings", "configMap": {"name": GATEWAY_SETTINGS}},
    ]
    deployment = deployed("gateway", "gateway", template)
    deployment["spec"]["replicas"] = FEWEST_REPLICAS
    return deployment


def _ingress(marks: dict[str, str]) -> Document:
    backend = {"service": {"name": "gateway", "port": {"name": "http"}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    return named("networking.k8s.io/v1", "Ingress", "omnify", marks) | {
        "spec": {
            "tls": [{"hosts": [PLACEHOLDER_HOST], "secretName": "omnify-tls"}],
            "rules": [{"host": PLACEHOLDER_HOST, "http": {"paths": [path]}}],
        }
    }
