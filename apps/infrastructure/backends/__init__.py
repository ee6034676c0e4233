"""The back-ends around Omnify, each probed over its own protocol."""

from apps.infrastructure.backends.probing import BACKENDS, Backend, Outcome, probe_all

__all__ = ["BACKENDS", "Backend", "Outcome", "probe_all"]
