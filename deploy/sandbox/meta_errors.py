"""What Meta's peer refuses with."""

from __future__ import annotations

import secrets

from deploy.sandbox.serving import Reply


class MetaError(Exception):
    """What Meta refuses with."""

    def __init__(self, code: int, message: str, subcode: int = 0, status: int = 400) -> None:
        super().__init__(message)
        self.reply = error(code, message, subcode, status)


def error(code: int, message: str, subcode: int = 0, status: int = 400, **headers: str) -> Reply:
    """Return an error as the Graph API has it; also for faults."""
    body = {
        "message": message,
        "type": "OAuthException",
        "code": code,
        "fbtrace_id": f"trace-{secrets.token_hex(4)}",
        **({"error_subcode": subcode} if subcode else {}),
    }
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply({"error": body}, status, named)
