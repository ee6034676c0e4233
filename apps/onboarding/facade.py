"""Onboarding's contract."""

from __future__ import annotations

from apps.onboarding.contract import Onboarding, Progress
from apps.onboarding.queries import get_state


class OnboardingFacade(Onboarding):
    """Answer about the organization in the context."""

    def get_progress(self) -> Progress:
        """Return how far the organization is in the wizard."""
        state = get_state()
        return Progress(
            is_started=state.started_at is not None,
            is_completed=state.completed_at is not None,
            step=state.step,
            completed_steps=tuple(s.name for s in state.steps if s.status == "completed"),
            percent=state.progress,
        )
