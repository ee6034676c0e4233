"""What onboarding declares and what the other services may ask of it."""

from __future__ import annotations

from omnify.services import Contract, Manifest, method
from omnify.services.messages import Message

MANIFEST = Manifest(
    name="onboarding",
    summary="From sign-up to a first dashboard with data, step by step.",
    port=8005,
    prefixes=("/api/onboarding", "/api/client-onboarding"),
    needs=("auth",),
    uses=("integrations", "analytics"),
)


class Progress(Message):
    """How far the organization is; ``percent`` counts required steps by their minutes."""

    is_started: bool
    is_completed: bool
    step: str
    completed_steps: tuple[str, ...]
    percent: int


class Onboarding(Contract):
    """Ask about the organization in the context."""

    service = "onboarding"

    @method(idempotent=True, timeout_seconds=2.0)
    def get_progress(self) -> Progress:
        """Return how far the organization is in the wizard."""
        raise NotImplementedError
