"""Write the files of a rendered topology, and compare them with those that exist."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import yaml

from omnify.services.registry import manifests
from omnify.topology.files import Topology, read_topology
from omnify.topology.rendering import (
    compose,
    containers,
    gateway_pods,
    kustomization,
    policies,
    slice_pods,
)


class Rendered(msgspec.Struct, frozen=True):
    """What a topology file is turned into, by path below ``deploy/``.

    ``files`` belong to the topology: changes in them are lost. ``first_drafts`` belong to people:
    they are written where they are missing, and never again.
    """

    files: dict[Path, str]
    first_drafts: dict[Path, str]


def render(file: Path) -> Rendered:
    """Render a topology file.

    Raises:
        TopologyInvalidError: the file is not a topology.
    """
    topology = containers.with_workers(read_topology(file))
    name, header = topology.name, _header(file, topology)
    base = Path("kubernetes") / "base" / name
    parts = _kubernetes_parts(topology)
    files = {
        Path("compose") / f"docker-compose.{name}.yml": header
        + _yaml([compose.compose_document(topology)]),
        Path("gateway") / f"nginx.{name}.conf": compose.gateway_configuration(topology, header),
        base / "nginx.conf": gateway_pods.gateway_configuration(topology, header),
        base / "kustomization.yaml": header + _yaml([kustomization.base(topology, [*parts])]),
        **{base / part: header + _yaml(documents) for part, documents in parts.items()},
    }
    overlay = Path("kubernetes") / "overlays" / name / "kustomization.yaml"
    return Rendered(files, {overlay: _DRAFT_HEADER + _yaml([kustomization.overlay(topology)])})


def write(rendered: Rendered, folder: Path) -> list[Path]:
    """Write what differs; returns those files."""
    drafts = rendered.first_drafts
    wanted = [path for path in drafts if not (folder / path).exists()]
    wanted += find_stale(rendered, folder)
    for path in wanted:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text((rendered.files | drafts)[path], "utf-8")
    return wanted


def find_stale(rendered: Rendered, folder: Path) -> list[Path]:
    """Files that are missing or are not what the topology says."""
    return [
        path
        for path, text in rendered.files.items()
        if not (folder / path).is_file() or (folder / path).read_text("utf-8") != text
    ]


_DRAFT_HEADER = (
    "# Yours: hosts, image, sizes, patches. Rendering writes this file once and never again.\n"
)


def _header(file: Path, topology: Topology) -> str:
    return (
        f"# Rendered by 'manage.py topology render' from {file.name}, source {_digest(topology)}.\n"
        "# Change that, or an overlay (docs/guides/deploy.md); changes here are lost.\n"
    )


def _digest(topology: Topology) -> str:
    """Return a hash of all that decides: the topology and what the services declare."""
    source = msgspec.json.encode([topology, manifests()], order="deterministic")
    return "sha256:" + hashlib.sha256(source).hexdigest()[:16]


def _kubernetes_parts(topology: Topology) -> dict[str, list[dict[str, Any]]]:
    return {
        "common.yaml": kustomization.common_documents(),
        "migration.yaml": slice_pods.migration_documents(topology),
        **{
            f"slice-{name}.yaml": slice_pods.slice_documents(topology, name)
            for name in topology.slices
        },
        "gateway.yaml": gateway_pods.gateway_documents(),
        "policies.yaml": policies.policy_documents(topology),
    }


class _Dumper(yaml.SafeDumper):
    """Lists indented below their key, and no anchors: a person reads this."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002 - the library's
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _as_block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _as_block)


def _yaml(documents: Iterable[Any]) -> str:
    return yaml.dump_all(documents, Dumper=_Dumper, sort_keys=False, width=1000, allow_unicode=True)
