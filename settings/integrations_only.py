"""The integrations service alone."""

from settings.base import hosting

globals().update(hosting(["integrations"]))
