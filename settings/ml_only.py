"""The ml service alone."""

from settings.base import hosting

globals().update(hosting(["ml"]))
