"""Whether anybody may register."""

from __future__ import annotations

from omnify.flags import is_enabled


def is_sign_up_open() -> bool:
    """Whether anybody may register an organization: the flag ``sign_up``, on by default."""
    return is_enabled("sign_up", "auth", default=True)
