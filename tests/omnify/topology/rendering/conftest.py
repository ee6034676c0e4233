"""The fixtures of a running gateway."""

from tests.omnify.topology.rendering.instances import gateway, hasty_gateway, new, old_one, old_two

__all__ = ["gateway", "hasty_gateway", "new", "old_one", "old_two"]
