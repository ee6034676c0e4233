"""Secrets for a developer's own machine: made once, kept in a private file, never published."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

#: The variables that a process needs outside ``DEBUG`` and that can be made at random.
NAMES = ("SECRET_KEY", "OMNIFY_RPC_SECRETS", "OMNIFY_ENCRYPTION_KEYS")


def load_or_create(path: Path) -> dict[str, str]:
    """Return the secrets of a file, which is written first where it is missing.

    Two processes that start together agree: the file is linked into place whole, and only once.
    """
    if not path.exists():
        _create(path)
    lines = path.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    values = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "OMNIFY_RPC_SECRETS": secrets.token_urlsafe(32),
        "OMNIFY_ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.writelines(f"{name}={value}\n" for name, value in values.items())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
