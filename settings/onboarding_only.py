"""The onboarding service alone."""

from settings.base import hosting

globals().update(hosting(["onboarding"]))
