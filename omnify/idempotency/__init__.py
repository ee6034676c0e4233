"""Answers kept by key, so that a repeated request is answered and not repeated."""

from omnify.idempotency.once import Slot, once

__all__ = ["Slot", "once"]
