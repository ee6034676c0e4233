"""What a fleet on this machine refuses."""

from __future__ import annotations


class FleetError(RuntimeError):
    """A fleet did not start, did not stay, or was not changed; the message says where and why."""
