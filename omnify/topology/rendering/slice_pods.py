"""The Kubernetes resources of a slice, and of the migrations before all slices."""

from __future__ import annotations

from omnify.memory import limit_mebibytes, resting_mebibytes
from omnify.services.registry import manifests
from omnify.topology.files import Slice, Topology
from omnify.topology.rendering import containers
from omnify.topology.rendering.pods import PART_OF, Document, confined, labels, pod
from omnify.topology.rendering.resources import (
    autoscaler,
    deployed,
    disruption_budget,
    named,
    probe,
    service,
)

#: The setting with the public host names, by comma; Compose files have it too.
HOSTS = "OMNIFY_HOSTS"
#: The Secret that holds what must not be in a file; made by hand or by an operator.
SECRET = "omnify"  # noqa: S105 - a name
SETTINGS = "omnify-settings"
_WORKER_STAYS_UP_SECONDS = 15


def slice_documents(topology: Topology, name: str) -> list[Document]:
    """Return the documents of one slice: servers, address, autoscaler, workers."""
    part = topology.slices[name]
    marks = labels(name, "web")
    documents = [
        _deployment(topology, name, part),
        service(marks, part.port),
        autoscaler(marks, part),
        disruption_budget(marks),
    ]
    if part.jobs:
        documents.append(_worker_deployment(topology, name, part))
    return documents


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
        named("batch/v1", "Job", "omnify-migrate", labels("migrate", "migration"))
        | {"spec": {"backoffLimit": 4, "activeDeadlineSeconds": 900, "template": template}}
    ]


def _deployment(topology: Topology, name: str, part: Slice) -> Document:
    container = _container(topology, part, "web", containers.SERVE)
    container["ports"] = [{"name": "http", "containerPort": part.port}]
    container |= {
        "startupProbe": probe("/health/startup", period=2, failures=60),
        "livenessProbe": probe("/health/live", period=10, failures=3),
        "readinessProbe": probe("/health/ready", period=2, failures=1),
    }
    return deployed(name, name, pod(name, "web", container, service_account=PART_OF))


def _worker_deployment(topology: Topology, name: str, part: Slice) -> Document:
    container = _container(topology, part, "worker", containers.WORK)
    deployment = deployed(
        f"{name}-worker", name, pod(name, "worker", container, service_account=PART_OF)
    )
    deployment["spec"]["replicas"] = part.jobs
    # It has no probe: a rollout continues once it has stayed up for a while.
    deployment["spec"]["minReadySeconds"] = _WORKER_STAYS_UP_SECONDS
    return deployment


def _container(topology: Topology, part: Slice, name: str, command: list[str]) -> Document:
    variables = containers.variables(topology, part, host_names=lambda slice_name: [slice_name])
    public = {"configMapKeyRef": {"name": SETTINGS, "key": HOSTS}}
    environment: list[Document] = [{"name": HOSTS, "valueFrom": public}]
    # The names inside the fleet come from the topology, those outside from an overlay.
    variables["ALLOWED_HOSTS"] = ",".join(["localhost", *topology.slices, f"$({HOSTS})"])
    environment += [{"name": key, "value": value} for key, value in variables.items()]
    required = ("DATABASE_URL", *containers.required_secrets(part))
    optional = (*containers.optional_secrets(part), *containers.optional_settings(part))
    environment += [_from_secret(key) for key in required]
    environment += [_from_secret(key, optional=True) for key in optional]
    resting = resting_mebibytes(part.workers)
    work = max((manifests()[service].work_mebibytes for service in part.services), default=0)
    limit = limit_mebibytes(part.workers, work_mebibytes=work)
    return confined(
        {
            "name": name,
            "image": containers.IMAGE,
            "command": command,
            "env": environment,
            "envFrom": [{"configMapRef": {"name": SETTINGS}}, *_families(part)],
            "resources": {
                "requests": {"cpu": "100m", "memory": f"{resting // 2}Mi"},
                "limits": {"memory": f"{limit}Mi"},
            },
        }
    )


def _families(part: Slice) -> list[Document]:
    reference = {"name": containers.FAMILIES_SECRET, "optional": True}
    return [{"secretRef": reference}] if containers.family_settings(part) else []


def _from_secret(name: str, *, optional: bool = False) -> Document:
    reference: Document = {"name": SECRET, "key": name}
    if optional:
        reference["optional"] = True
    return {"name": name, "valueFrom": {"secretKeyRef": reference}}
