"""The auth service alone."""

from settings.base import hosting

globals().update(hosting(["auth"]))
