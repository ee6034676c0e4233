"""Ask Google Ads in its query language; answers are read while they arrive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Generic, TypeVar
from zlib import crc32

import msgspec

from apps.integrations.platforms.google_ads.refusing import refuse_element
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.rows import Account

R = TypeVar("R")
_VALUES = re.compile(r"'[^']*'|\b\d+\b")


class _Batch(msgspec.Struct, Generic[R]):
    """An element of an answer: rows, or an error that came after a good start."""

    results: list[R] = []
    error: Any = None


def search(api: Api, account: Account, query: str, kind: type[R]) -> Iterator[R]:
    """Yield the rows of a query to an account; they are all once this ends.

    Raises:
        PlatformError: they are not.
    """
    path = f"/{api.configuration.api_version}/customers/{account.id}/googleAds:searchStream"
    # Without a manager it is the login itself that has access.
    headers = {"login-customer-id": account.parent_id} if account.parent_id else None
    batches = api.stream_json("POST", path, {"query": query}, kind=_Batch[kind], headers=headers)  # type: ignore[valid-type]
    for batch in batches:
        refuse_element(batch.error, api.now)
        yield from batch.results


def find_shape(body: Any) -> str:
    """Return what queries have in common that differ in dates and ids alone."""
    query = body.get("query") if isinstance(body, dict) else None
    return f"{crc32(_VALUES.sub('?', query).encode()):08x}" if isinstance(query, str) else ""
