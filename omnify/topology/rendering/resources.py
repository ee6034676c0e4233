"""Kubernetes resources that slices and the gateway have alike."""

from __future__ import annotations

from omnify.topology.files import Slice
from omnify.topology.rendering import containers
from omnify.topology.rendering.pods import NAME_LABEL, Document, selector

#: At least two, so that one may drain while another answers.
FEWEST_REPLICAS = 2
_MOST_PER_REPLICA = 4
_BUSY_PERCENT = 70


def named(version: str, kind: str, name: str, marks: dict[str, str]) -> Document:
    """Return the frame of a resource: its kind, name and labels."""
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "labels": marks}}


def probe(path: str, *, period: int, failures: int) -> Document:
    """Return an HTTP probe of a container."""
    # The kubelet asks by the pod's address, which is not a host name of the slice.
    host = [{"name": "Host", "value": "localhost"}]
    return {
        "httpGet": {"path": path, "port": "http", "httpHeaders": host},
        "periodSeconds": period,
        "timeoutSeconds": 5,
        "failureThreshold": failures,
    }


def deployed(name: str, slice_name: str, template: Document) -> Document:
    """Return a Deployment of pods that replaces them one by one."""
    marks = template["metadata"]["labels"]
    template["spec"]["terminationGracePeriodSeconds"] = containers.STOP_SECONDS
    return named("apps/v1", "Deployment", name, marks) | {
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


def service(marks: dict[str, str], port: int, *, outside: int = 0) -> Document:
    """Return a Service in front of the pods of a slice."""
    name = marks[NAME_LABEL]
    return named("v1", "Service", name, marks) | {
        "spec": {
            "selector": selector(name, marks),
            "ports": [{"name": "http", "port": outside or port, "targetPort": "http"}],
        }
    }


def autoscaler(marks: dict[str, str], part: Slice) -> Document:
    """Return an autoscaler by the load of the processor."""
    name = marks[NAME_LABEL]
    least = max(FEWEST_REPLICAS, part.replicas)
    usage = {"type": "Utilization", "averageUtilization": _BUSY_PERCENT}
    return named("autoscaling/v2", "HorizontalPodAutoscaler", name, marks) | {
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
            "minReplicas": least,
            "maxReplicas": least * _MOST_PER_REPLICA,
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": usage}}],
        }
    }


def disruption_budget(marks: dict[str, str]) -> Document:
    """Return a budget that lets a cluster take one pod at a time."""
    name = marks[NAME_LABEL]
    return named("policy/v1", "PodDisruptionBudget", name, marks) | {
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": selector(name, marks)}}
    }
