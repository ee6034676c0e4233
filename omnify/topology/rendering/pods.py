"""Pods with no more rights than their work needs, and the labels that identify them."""

from __future__ import annotations

from typing import Any

from omnify.topology.rendering.containers import USER_ID

Document = dict[str, Any]

#: The application that all pods belong to, and the name of their account.
PART_OF = "omnify"
NAME_LABEL, ROLE_LABEL, PART_LABEL = (
    f"app.kubernetes.io/{word}" for word in ("name", "component", "part-of")
)

#: The one role that is reached from outside, and that reaches no database.
GATEWAY_ROLE = "gateway"


def labels(name: str, role: str) -> dict[str, str]:
    """Return the labels of what belongs to a slice, by its role in it."""
    return {NAME_LABEL: name, ROLE_LABEL: role, PART_LABEL: PART_OF}


def selector(name: str, marks: dict[str, str]) -> dict[str, str]:
    """Return what selects the pods of a slice in one role."""
    return {NAME_LABEL: name, ROLE_LABEL: marks[ROLE_LABEL]}


def pod(name: str, role: str, container: Document, *, service_account: str) -> Document:
    """Return a pod of one container under the restricted profile."""
    spread = {
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": selector(name, labels(name, role))},
    }
    return {
        "metadata": {"labels": labels(name, role)},
        "spec": {
            "serviceAccountName": service_account,
            "automountServiceAccountToken": False,
            # Otherwise Kubernetes adds variables with names like ours.
            "enableServiceLinks": False,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": USER_ID,
                "runAsGroup": USER_ID,
                "fsGroup": USER_ID,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "topologySpreadConstraints": [spread],
            "containers": [container],
            "volumes": [{"name": "tmp", "emptyDir": {"sizeLimit": "4Gi"}}],
        },
    }


def confined(container: Document) -> Document:
    """Return a container that writes to /tmp alone and can gain no rights."""
    return container | {
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108 - the pod's own
    }
