"""Render network policies: who may connect to which pods."""

from __future__ import annotations

from typing import Any

from omnify.topology.files import Topology
from omnify.topology.rendering.containers import GATEWAY_PORT
from omnify.topology.rendering.pods import (
    GATEWAY_ROLE,
    NAME_LABEL,
    PART_LABEL,
    PART_OF,
    ROLE_LABEL,
    labels,
)

Document = dict[str, Any]

#: Roles of pods that open databases and call slices, of what calls slices alone, since anybody
#: reaches it, and of what keeps data.
_FLEET = ("web", "worker", "migration")
_CALLERS = (*_FLEET, GATEWAY_ROLE)
STORES = ("database", "cache", "broker")


def policy_documents(topology: Topology) -> list[Document]:
    """Allow all to the gateway, gateway and fleet to the slices, the fleet to the stores.

    All else is denied. ``/_rpc`` is not reachable from outside: the gateway does not pass it on.
    """
    return [
        _policy("deny", {}, []),
        _policy("gateway", {NAME_LABEL: "gateway"}, [{"ports": [_tcp(GATEWAY_PORT)]}]),
        *(
            _policy(name, {NAME_LABEL: name, ROLE_LABEL: "web"}, [_from(_CALLERS, part.port)])
            for name, part in topology.slices.items()
        ),
        *(_policy(store, {ROLE_LABEL: store}, [_from(_FLEET)]) for store in STORES),
    ]


def _policy(name: str, pods: dict[str, str], ingress: list[Document]) -> Document:
    spec: Document = {
        "podSelector": {"matchLabels": pods} if pods else {},
        "policyTypes": ["Ingress"],
        "ingress": ingress,
    }
    metadata = {"name": f"omnify-{name}", "labels": labels(name, "policy")}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata,
        "spec": spec,
    }


def _from(roles: tuple[str, ...], port: int = 0) -> Document:
    role = {"key": ROLE_LABEL, "operator": "In", "values": list(roles)}
    pods = {"podSelector": {"matchLabels": {PART_LABEL: PART_OF}, "matchExpressions": [role]}}
    return {"from": [pods], **({"ports": [_tcp(port)]} if port else {})}


def _tcp(port: int) -> Document:
    return {"protocol": "TCP", "port": port}
