"""The infrastructure service alone."""

from settings.base import hosting

globals().update(hosting(["infrastructure"]))
