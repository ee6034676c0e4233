"""What agentkit declares and what the other services may ask of it."""

from __future__ import annotations

from omnify.services import Manifest
from omnify.services.manifest import NavigationItem

MANIFEST = Manifest(
    name="agentkit",
    summary="Agents and workflows over the organization's own data.",
    port=8003,
    prefixes=("/api/agentkit", "/api/workflows", "/mcp"),
    needs=("auth",),
    uses=("analytics", "ml", "integrations", "onboarding"),
    navigation=(
        NavigationItem("Agents", "/app/agentkit/", "robot", "agent:view", group="work", weight=30),
    ),
    gives_to_shell=("search",),
)
