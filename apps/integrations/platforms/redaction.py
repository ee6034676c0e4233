"""Take secrets and persons out of what platforms answer, before any of it is kept."""

from __future__ import annotations

import re
from typing import Any, Final

HIDDEN: Final = "[hidden]"
_SECRET_KEY: Final = re.compile(
    r"token|secret|password|passwd|authorization|api_?key|proof|signature|cookie|credential"
    r"|\bcode\b|verifier",
    re.IGNORECASE,
)
_PERSON_KEY: Final = re.compile(
    r"e_?mail|phone|first_?name|last_?name|full_?name|address|birth|\bip\b|user_?agent",
    re.IGNORECASE,
)
_IN_ADDRESS: Final = re.compile(
    r"(?i)\b(access_token|refresh_token|client_secret|appsecret_proof|code|key|hmac|sig)=[^&\s\"]+"
)
_EMAIL: Final = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_DEEPEST: Final = 40


def redact(value: Any, depth: int = 0) -> Any:
    """Return decoded JSON with secrets and persons' details hidden, at any depth."""
    if depth > _DEEPEST:
        return HIDDEN
    if isinstance(value, dict):
        return {key: _redact_field(str(key), each, depth) for key, each in value.items()}
    if isinstance(value, list):
        return [redact(each, depth + 1) for each in value]
    return redact_text(value) if isinstance(value, str) else value


def _redact_field(key: str, value: Any, depth: int) -> Any:
    # Codes of errors are numbers; codes of consent are texts.
    is_secret = _SECRET_KEY.search(key) and not isinstance(value, int | dict | list)
    if value and (is_secret or _PERSON_KEY.search(key)):
        return HIDDEN
    return redact(value, depth + 1)


def redact_text(text: str) -> str:
    """Return a text without e-mail addresses and without the secrets of addresses in it."""
    return _EMAIL.sub(HIDDEN, _IN_ADDRESS.sub(rf"\1={HIDDEN}", text))
