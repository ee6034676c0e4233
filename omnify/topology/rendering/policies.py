"""Network policies: who may open a connection to which pods."""

from __future__ import annotations

from typing import Any

from omnify.topology.files import Topology
from omnify.topology.rendering.containers import GATEWAY_PORT
from omnify.topology.rendering.pods import NAME_LABEL, PART_LABEL, PART_OF, ROLE_LABEL, labels

Document = dict[str, Any]

#: Roles of pods that call slices and open databases, and of what keeps data for them.
_FLEET = ("web", "worker", "migration")
STORES = ("database", "cache", "broker")


def policy_documents(topology: Topology) -> list[Document]:
    """Nobody reaches anything, but all the gateway, and the fleet's pods the slices and stores.

    So ``/_rpc`` of a slice is out of reach from outside: the gateway does not pass it on.
    """
    return [
        _policy("deny", {}, []),
        _policy("gateway", {NAME_LABEL: "gateway"}, [{"ports": [_tcp(GATEWAY_PORT)]}]),
        *(
            _policy(name, {NAME_LABEL: name, ROLE_LABEL: "web"}, [_from_fleet(part.port)])
            for name, part in topology.slices.items()
        ),
        *(_policy(store, {ROLE_LABEL: store}, [_from_fleet()]) for store in STORES),
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


def _from_fleet(port: int = 0) -> Document:
    role = {"key": ROLE_LABEL, "operator": "In", "values": list(_FLEET)}
    pods = {"podSelector": {"matchLabels": {PART_LABEL: PART_OF}, "matchExpressions": [role]}}
    return {"from": [pods], **({"ports": [_tcp(port)]} if port else {})}


def _tcp(port: int) -> Document:
    return {"protocol": "TCP", "port": port}
