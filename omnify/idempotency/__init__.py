"""Keep answers by key, so that a repeated request is answered and not executed again."""

from omnify.idempotency.once import Slot, once

__all__ = ["Slot", "once"]
