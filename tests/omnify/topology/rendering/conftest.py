"""The fixtures of a running gateway."""

from tests.omnify.topology.rendering.instances import gateway, new, old_one, old_two

__all__ = ["gateway", "new", "old_one", "old_two"]
