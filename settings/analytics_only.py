"""The analytics service alone."""

from settings.base import hosting

globals().update(hosting(["analytics"]))
