"""Render a topology as Kubernetes manifests."""

from __future__ import annotations

from typing import Any

from omnify.services.registry import manifests
from omnify.topology.files import Slice, Topology
from omnify.topology.rendering import containers
from omnify.topology.rendering.gateway import Gateway, nginx_configuration
from omnify.topology.rendering.locations import HEALTH_PATH
from omnify.topology.rendering.pods import (
    GATEWAY_ROLE,
    NAME_LABEL,
    PART_OF,
    confined,
    labels,
    pod,
    selector,
)

Document = dict[str, Any]

_KUSTOMIZATION = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
#: A placeholder, for which an overlay puts the real name.
_HOST = "omnify.example"
#: The setting for that name, or several by comma; Compose files have it too.
_HOSTS = "OMNIFY_HOSTS"
#: Where most clusters have their pods, among them the gateway and the Ingress's proxies.
_POD_NETWORK = "10.0.0.0/8"
#: The Secret that holds what must not be in a file; made by hand or by an operator.
SECRET = "omnify"  # noqa: S105 - a name
SETTINGS = "omnify-settings"
_GATEWAY_SETTINGS = "omnify-gateway"
#: At least two, so that one may drain while another answers.
_FEWEST_REPLICAS = 2
_MOST_PER_REPLICA = 4
_BUSY_PERCENT = 70
_WORKER_STAYS_UP_SECONDS = 15
#: What gunicorn's master and each of its workers take, with room.
_MASTER_MEBIBYTES, _WORKER_MEBIBYTES = 96, 256


def slice_documents(topology: Topology, name: str) -> list[Document]:
    """Return the documents of one slice: servers, address, autoscaler, workers."""
    part = topology.slices[name]
    marks = labels(name, "web")
    documents = [
        _deployment(topology, name, part),
        _service(marks, part.port),
        _scaler(marks, part),
        _disruption_budget(marks),
    ]
    if part.jobs:
        documents.append(_worker_deployment(topology, name, part))
    return documents


def gateway_documents() -> list[Document]:
    """Return the documents of the gateway, and of the way in from outside."""
    marks = labels("gateway", GATEWAY_ROLE)
    return [
        _gateway_deployment(),
        _service(marks, containers.GATEWAY_PORT, outside=80),
        _disruption_budget(marks),
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


def migration_documents(topology: Topology) -> list[Document]:
    """Return the job that migrates all databases to the version of the image."""
    part = containers.everything(topology)
    template = pod(
        "migrate",
        "migration",
        _container(topology, part, "migrate", containers.MIGRATE),
        service_account=PART_OF,
    )
    template["spec"]["restartPolicy"] = "Never"
    return [
        _named("batch/v1", "Job", "omnify-migrate", labels("migrate", "migration"))
        | {"spec": {"backoffLimit": 4, "activeDeadlineSeconds": 900, "template": template}}
    ]


def common_documents() -> list[Document]:
    """Return the account that all pods run under, which has no rights."""
    account = _named("v1", "ServiceAccount", PART_OF, labels(PART_OF, "account"))
    return [account | {"automountServiceAccountToken": False}]


def kustomization(topology: Topology, files: list[str]) -> Document:
    """Return the base that the overlays build on."""
    return _KUSTOMIZATION | {
        "resources": files,
        "configMapGenerator": [
            {"name": SETTINGS, "literals": _literals()},
            {"name": _GATEWAY_SETTINGS, "files": ["nginx.conf"]},
        ],
    }


def overlay(topology: Topology) -> Document:
    """Return a first overlay, which people edit and ``kubectl apply -k`` reads."""
    name, _, tag = containers.IMAGE.partition(":")
    host = "".join(
        f"- op: replace\n  path: {path}\n  value: {_HOST}\n"
        for path in ("/spec/rules/0/host", "/spec/tls/0/hosts/0")
    )
    return _KUSTOMIZATION | {
        "namespace": "omnify",
        "resources": [f"../../base/{topology.name}"],
        "images": [{"name": name, "newName": f"registry.example/{name}", "newTag": tag}],
        "configMapGenerator": [{"name": SETTINGS, "behavior": "merge", "literals": _literals()}],
        "patches": [{"target": {"kind": "Ingress", "name": "omnify"}, "patch": host}],
    }


def _literals() -> list[str]:
    settings = {f"{service.upper()}_PUBLIC_URL": f"https://{_HOST}" for service in manifests()}
    settings[_HOSTS] = _HOST
    settings["CSRF_TRUSTED_ORIGINS"] = f"https://{_HOST}"
    settings["TRUSTED_PROXIES"] = _POD_NETWORK
    return [f"{name}={value}" for name, value in settings.items()]


def _named(version: str, kind: str, name: str, marks: dict[str, str]) -> Document:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "labels": marks}}


def _container(topology: Topology, part: Slice, name: str, command: list[str]) -> Document:
    variables = containers.variables(topology, part, host_names=lambda slice_name: [slice_name])
    public = {"configMapKeyRef": {"name": SETTINGS, "key": _HOSTS}}
    environment: list[Document] = [{"name": _HOSTS, "valueFrom": public}]
    # The names inside the fleet come from the topology, those outside from an overlay.
    variables["ALLOWED_HOSTS"] = ",".join(["localhost", *topology.slices, f"$({_HOSTS})"])
    environment += [{"name": key, "value": value} for key, value in variables.items()]
    required = ("DATABASE_URL", *containers.required_secrets(part))
    optional = (*containers.optional_secrets(part), *containers.optional_settings(part))
    environment += [_from_secret(key) for key in required]
    environment += [_from_secret(key, optional=True) for key in optional]
    memory = _MASTER_MEBIBYTES + _WORKER_MEBIBYTES * part.workers
    return confined(
        {
            "name": name,
            "image": containers.IMAGE,
            "command": command,
            "env": environment,
            "envFrom": [{"configMapRef": {"name": SETTINGS}}],
            "resources": {
                "requests": {"cpu": "100m", "memory": f"{memory // 2}Mi"},
                "limits": {"memory": f"{memory * 2}Mi"},
            },
        }
    )


def _from_secret(name: str, *, optional: bool = False) -> Document:
    reference: Document = {"name": SECRET, "key": name}
    if optional:
        reference["optional"] = True
    return {"name": name, "valueFrom": {"secretKeyRef": reference}}


def _deployment(topology: Topology, name: str, part: Slice) -> Document:
    container = _container(topology, part, "web", containers.SERVE)
    container["ports"] = [{"name": "http", "containerPort": part.port}]
    container |= {
        "startupProbe": _probe("/health/startup", period=2, failures=60),
        "livenessProbe": _probe("/health/live", period=10, failures=3),
        "readinessProbe": _probe("/health/ready", period=2, failures=1),
    }
    return _deployed(name, name, pod(name, "web", container, service_account=PART_OF))


def _probe(path: str, *, period: int, failures: int) -> Document:
    # The kubelet asks by the pod's address, which is not a host name of the slice.
    host = [{"name": "Host", "value": "localhost"}]
    return {
        "httpGet": {"path": path, "port": "http", "httpHeaders": host},
        "periodSeconds": period,
        "timeoutSeconds": 5,
        "failureThreshold": failures,
    }


def _worker_deployment(topology: Topology, name: str, part: Slice) -> Document:
    container = _container(topology, part, "worker", containers.WORK)
    deployment = _deployed(
        f"{name}-worker", name, pod(name, "worker", container, service_account=PART_OF)
    )
    deployment["spec"]["replicas"] = part.jobs
    # It has no probe: a rollout continues once it has stayed up for a while.
    deployment["spec"]["minReadySeconds"] = _WORKER_STAYS_UP_SECONDS
    return deployment


def _deployed(name: str, slice_name: str, template: Document) -> Document:
    marks = template["metadata"]["labels"]
    template["spec"]["terminationGracePeriodSeconds"] = containers.STOP_SECONDS
    return _named("apps/v1", "Deployment", name, marks) | {
        # The number of replicas is the autoscaler's: a fixed one would undo it at each apply.
        "spec": {
            "strategy": {
                "type": "RollingUpdate",
                "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1},
            },
            "selector": {"matchLabels": selector(slice_name, marks)},
            "template": template,
        }
    }


def _service(marks: dict[str, str], port: int, *, outside: int = 0) -> Document:
    name = marks[NAME_LABEL]
    return _named("v1", "Service", name, marks) | {
        "spec": {
            "selector": selector(name, marks),
            "ports": [{"name": "http", "port": outside or port, "targetPort": "http"}],
        }
    }


def _scaler(marks: dict[str, str], part: Slice) -> Document:
    name = marks[NAME_LABEL]
    least = max(_FEWEST_REPLICAS, part.replicas)
    usage = {"type": "Utilization", "averageUtilization": _BUSY_PERCENT}
    return _named("autoscaling/v2", "HorizontalPodAutoscaler", name, marks) | {
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
            "minReplicas": least,
            "maxReplicas": least * _MOST_PER_REPLICA,
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": usage}}],
        }
    }


def _disruption_budget(marks: dict[str, str]) -> Document:
    name = marks[NAME_LABEL]
    return _named("policy/v1", "PodDisruptionBudget", name, marks) | {
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": selector(name, marks)}}
    }


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
            "readinessProbe": _probe(HEALTH_PATH, period=2, failures=1),
            "livenessProbe": _probe(HEALTH_PATH, period=10, failures=3),
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
        {"name": "settings", "configMap": {"name": _GATEWAY_SETTINGS}},
    ]
    deployment = _deployed("gateway", "gateway", template)
    deployment["spec"]["replicas"] = _FEWEST_REPLICAS
    return deployment


def _ingress(marks: dict[str, str]) -> Document:
    backend = {"service": {"name": "gateway", "port": {"name": "http"}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    return _named("networking.k8s.io/v1", "Ingress", "omnify", marks) | {
        "spec": {
            "tls": [{"hosts": [_HOST], "secretName": "omnify-tls"}],
            "rules": [{"host": _HOST, "http": {"paths": [path]}}],
        }
    }
