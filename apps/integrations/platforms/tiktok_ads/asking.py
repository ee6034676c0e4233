"""Ask TikTok's API: every path ends in a slash, every list is a text of JSON, ids are texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec

from apps.integrations.platforms.port import Api
from apps.integrations.platforms.shapes import read_as

D = TypeVar("D")
#: The most rows of a page.
PAGE: Final = 1000


class PageInfo(msgspec.Struct):
    """Where a page is in its list."""

    page: int
    total_page: int
    total_number: int


class _Envelope(msgspec.Struct):
    data: Any


def ask(api: Api, path: str, parameters: Mapping[str, Any], kind: type[D]) -> D:
    """Return what an answer's envelope holds, which its code called a success.

    Raises:
        PlatformError: it is none, or not as documented.
    """
    texts = {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in parameters.items()
    }
    answer = api.get(f"/open_api/{api.configuration.api_version}/{path}/", texts)
    return read_as(kind, read_as(_Envelope, answer).data)
