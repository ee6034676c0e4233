"""Feature flags: decided once per request and carried along with its calls."""

from omnify.flags.decisions import is_enabled, is_switched_off

__all__ = ["is_enabled", "is_switched_off"]
