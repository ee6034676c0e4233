"""Whether registration is open."""

from __future__ import annotations

from omnify.flags import is_enabled


def is_sign_up_open() -> bool:
    """Tell whether registration is open: the flag ``sign_up``, on by default."""
    return is_enabled("sign_up", "auth", default=True)
