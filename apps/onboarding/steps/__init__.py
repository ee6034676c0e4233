"""The wizard's steps: their order, their data and their achievements."""

from apps.onboarding.steps.definitions import DEFINITION_VERSION, ROLES, STEPS, Step, get_step
from apps.onboarding.steps.validation import find_step_problems

__all__ = ["DEFINITION_VERSION", "ROLES", "STEPS", "Step", "find_step_problems", "get_step"]
