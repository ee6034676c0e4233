"""The plans and their limits."""

from __future__ import annotations

from typing import Final

_GIGABYTE: Final = 1024**3
#: Plan to what it allows: people, campaigns, bytes of storage.
PLANS: Final[dict[str, dict[str, int]]] = {
    "free": {"users": 2, "campaigns": 5, "storage_bytes": _GIGABYTE},
    "starter": {"users": 5, "campaigns": 25, "storage_bytes": 10 * _GIGABYTE},
    "professional": {"users": 15, "campaigns": 100, "storage_bytes": 50 * _GIGABYTE},
    "enterprise": {"users": 100, "campaigns": 1000, "storage_bytes": 500 * _GIGABYTE},
}
KINDS: Final = ("users", "campaigns", "storage_bytes")


def limit_of(plan: str, kind: str) -> int:
    """Return how much of a kind a plan allows.

    Raises:
        KeyError: there is no such plan or kind.
    """
    return PLANS[plan][kind]
