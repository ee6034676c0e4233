"""Kustomize's files: the base of a topology, and a first overlay that people edit."""

from __future__ import annotations

from omnify.services.registry import manifests
from omnify.topology.files import Topology
from omnify.topology.rendering import containers
from omnify.topology.rendering.gateway_pods import GATEWAY_SETTINGS, PLACEHOLDER_HOST
from omnify.topology.rendering.pods import PART_OF, Document, labels
from omnify.topology.rendering.resources import named
from omnify.topology.rendering.slice_pods import HOSTS, SETTINGS

_KUSTOMIZATION = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
#: Where most clusters have their pods, among them the gateway and the Ingress's proxies.
_POD_NETWORK = "10.0.0.0/8"


def common_documents() -> list[Document]:
    """Return the account that all pods run under, which has no rights."""
    account = named("v1", "ServiceAccount", PART_OF, labels(PART_OF, "account"))
    return [account | {"automountServiceAccountToken": False}]


def base(topology: Topology, files: list[str]) -> Document:
    """Return the base that the overlays build on."""
    return _KUSTOMIZATION | {
        "resources": files,
        "configMapGenerator": [
            {"name": SETTINGS, "literals": _literals()},
            {"name": GATEWAY_SETTINGS, "files": ["nginx.conf"]},
        ],
    }


def overlay(topology: Topology) -> Document:
    """Return a first overlay, which people edit and ``kubectl apply -k`` reads."""
    name, _, tag = containers.IMAGE.partition(":")
    host = "".join(
        f"- op: replace\n  path: {path}\n  value: {PLACEHOLDER_HOST}\n"
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
    url = f"https://{PLACEHOLDER_HOST}"
    settings = {f"{service.upper()}_PUBLIC_URL": url for service in manifests()}
    settings[HOSTS] = PLACEHOLDER_HOST
    settings["CSRF_TRUSTED_ORIGINS"] = url
    settings["TRUSTED_PROXIES"] = _POD_NETWORK
    return [f"{name}={value}" for name, value in settings.items()]
