"""The services that ``OMNIFY_SERVICES`` lists, all by default."""

from settings.base import hosting

globals().update(hosting())
