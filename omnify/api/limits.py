"""What a request may be before anything of it is read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpRequest, QueryDict

from omnify.api.bodies import decode_json
from omnify.api.texts import find_json_problems, printable
from omnify.conf import settings
from omnify.exceptions import (
    InvalidInputError,
    NotFoundError,
    PayloadTooLargeError,
    UnsupportedMediaTypeError,
)
from omnify.identity.permissions import PUBLIC, find_access

#: The largest body that anybody may send, signed in or not; other views take more.
PUBLIC_BODY_BYTES: Final = 64 * 1024
#: In a request's environment: why its body was not received although it is not too large.
REFUSAL_KEY: Final = "omnify.refusal"
_CHARSETS: Final = ("utf-8", "utf8", "us-ascii")


def refuse_unfit_request(request: HttpRequest, view: Any) -> None:
    """Hold a request to the path, the size and the encoding that its view takes.

    Raises:
        NotFoundError: the path has a null character.
        PayloadTooLargeError: the body is larger than the view takes.
        OmnifyError: the body was not received, since nobody was proven to send it.
        UnsupportedMediaTypeError: the body's texts are not UTF-8.
    """
    if "\x00" in request.path_info:
        raise NotFoundError
    limit, size = _find_limit(request, view), int(request.META.get("CONTENT_LENGTH") or 0)
    if size > limit:
        raise PayloadTooLargeError(size_bytes=size, limit_bytes=limit)
    if refusal := request.META.get(REFUSAL_KEY):
        raise refusal
    charset = (request.content_params or {}).get("charset", "utf-8")
    if charset.lower() not in _CHARSETS:
        raise UnsupportedMediaTypeError(f"Send texts as UTF-8, not as {printable(charset)}.")


def read_free_json(text: bytes | str) -> Any:
    """Return JSON that no message describes: of a library's view, or of a page's form.

    Raises:
        InvalidInputError: it is not what ``decode_json`` reads, or no database stores its texts.
    """
    decoded = decode_json(text)
    for code, message in find_json_problems(decoded):
        raise InvalidInputError(message, errors=[{"field": "", "message": message, "code": code}])
    return decoded


def refuse_null_characters(*given: QueryDict) -> None:
    """Refuse a form or query with a null character in a name or value, which none is meant to have.

    Raises:
        InvalidInputError: ``errors`` names the fields.
    """
    errors = [
        {
            "field": printable(name),
            "message": "Null characters are not allowed.",
            "code": "null_characters_not_allowed",
        }
        for values in given
        for name, texts in values.lists()
        if _has_null((name, *texts))
    ]
    if errors:
        raise InvalidInputError(errors=errors)


def _has_null(texts: Iterable[Any]) -> bool:
    return any("\x00" in str(text) for text in texts)


def _find_limit(request: HttpRequest, view: Any) -> int:
    cls: Any = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if hasattr(cls, "max_body_bytes"):
        return int(cls.max_body_bytes)
    access = find_access(cls, request.method) if hasattr(cls, "access") else PUBLIC
    is_admin = request.path_info.startswith("/admin/")
    is_public = access == PUBLIC and not is_admin
    return PUBLIC_BODY_BYTES if is_public else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
