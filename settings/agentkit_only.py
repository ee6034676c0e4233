"""The agentkit service alone."""

from settings.base import hosting

globals().update(hosting(["agentkit"]))
