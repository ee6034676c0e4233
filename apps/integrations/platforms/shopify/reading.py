"""Read orders with all that hangs on them: in pages if they are few, else by a bulk operation.

Both ways give an order as decoded JSON whose ``children`` are the nodes of its connection, and so
on down; nothing is given before all of it is proven to be here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, Final

from apps.integrations.platforms.paging import read_pages
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.refusals import (
    AccessLostError,
    IncompleteError,
    MalformedError,
    RequestRefusedError,
    ThrottledError,
    TooMuchError,
)
from apps.integrations.platforms.shopify import queries
from apps.integrations.platforms.shopify.queries import Shape

#: Orders of a slice of days; more of them are halved.
MOST_ORDERS: Final = 50_000
#: Seconds between looks at a bulk operation, and until it is given up.
_FIRST_WAIT, _LONGEST_WAIT, _PATIENCE = 1.0, 60.0, 1800.0
#: How long a place among the shop's bulk operations is waited for; the vendor does not say.
_QUEUE: Final = timedelta(minutes=1)
_QUEUED: Final = frozenset({"OPERATION_IN_PROGRESS", "LIMIT_REACHED"})
_UNDER_WAY: Final = frozenset({"CREATED", "RUNNING", "CANCELING"})

Node = dict[str, Any]


class _HasMoreError(Exception):
    """An order has more parts than a page shows."""


def ask(api: Api, text: str, variables: dict[str, Any], *, is_read: bool = True) -> Any:
    """Return the data of a query.

    Raises:
        MalformedError: there is none.
    """
    path = f"admin/api/{api.configuration.api_version}/graphql.json"
    answer = api.post(path, {"query": text, "variables": variables}, is_read=is_read)
    if not isinstance(answer, dict) or not isinstance(answer.get("data"), dict):
        raise MalformedError("Shopify's answer has no data.")
    return answer["data"]


def read_orders(api: Api, shape: Shape, search: str, *, can_halve: bool) -> Iterable[Node]:
    """Return the orders of a search; ``can_halve`` says that too many can be asked in parts.

    Raises:
        TooMuchError: half of the days may be little enough.
        PlatformError: nothing came whole.
    """
    variables = {"search": search, "most": MOST_ORDERS + 1}
    count = ask(api, queries.COUNT, variables)["ordersCount"]["count"]
    if can_halve and count > MOST_ORDERS:
        raise TooMuchError(f"More than {MOST_ORDERS:,} orders are too many at once.")
    if count <= shape.small:
        try:
            return list(_read_pages(api, shape, search))
        except (_HasMoreError, TooMuchError):
            pass  # A bulk operation has no such limits.
    return _read_bulk(api, shape, search)


def _read_pages(api: Api, shape: Shape, search: str) -> Iterator[Node]:
    def ask_page(after: str) -> tuple[list[Node], str | None]:
        variables = {"search": search, "after": after or None}
        page = ask(api, shape.page_text(), variables)["orders"]
        info = page["pageInfo"]
        return page["nodes"], info["endCursor"] if info["hasNextPage"] else None

    for node in read_pages("", ask_page, key=lambda node: node["id"]):
        yield _unfold(node, shape.paths)


def _unfold(node: Node, paths: tuple[tuple[str, ...], ...]) -> Node:
    """Return a node of a page with its connection's nodes as children."""
    if not paths:
        return node
    found: Any = node
    for name in paths[0]:
        found = (found or {}).get(name)
    if found and found["pageInfo"]["hasNextPage"]:
        raise _HasMoreError
    children = found["nodes"] if found else []
    return {**node, "children": [_unfold(child, paths[1:]) for child in children]}


def _read_bulk(api: Api, shape: Shape, search: str) -> Iterable[Node]:
    operation = _wait(api, _start(api, shape.bulk_text(search)))
    # Without an object there is no file.
    url, expected = operation["url"], int(operation["objectCount"])
    lines = list(api.stream_lines(url)) if url else []
    roots = [line for line in lines if "__parentId" not in line]
    if len(lines) != expected or len(roots) != int(operation["rootObjectCount"]):
        words = f"Shopify announced {expected:,} objects and gave {len(lines):,}."
        raise IncompleteError(words)
    return _assemble(lines, roots)


def _start(api: Api, text: str) -> str:
    """Return the id of a bulk operation that begins."""
    begun = ask(api, queries.RUN, {"text": text}, is_read=False)["bulkOperationRunQuery"]
    for error in begun["userErrors"]:
        if error["code"] in _QUEUED:
            words = "The shop's bulk operations are all in use."
            raise ThrottledError(words, until=api.now + _QUEUE)
        raise RequestRefusedError(f"Shopify refuses a bulk operation: {error['message'][:200]}")
    return str(begun["bulkOperation"]["id"])


def _wait(api: Api, name: str) -> Node:
    """Return a bulk operation that has come to its end well."""
    pause, waited = _FIRST_WAIT, 0.0
    while waited < _PATIENCE:
        api.wait(pause)
        operation = ask(api, queries.LOOK, {"id": name})["bulkOperation"]
        if operation["status"] not in _UNDER_WAY:
            return _check(operation)
        waited, pause = waited + pause, min(_LONGEST_WAIT, 2 * pause)
    ask(api, queries.CANCEL, {"id": name}, is_read=False)
    raise TooMuchError(f"Shopify has not made a file of orders in {_PATIENCE / 60:g} minutes.")


def _check(operation: Node) -> Node:
    if operation["status"] == "COMPLETED":
        return operation
    code = operation["errorCode"] or operation["status"]
    if code == "ACCESS_DENIED":
        raise AccessLostError("The shop does not let this app read its orders.")
    # What a failed one has of its file would count as the whole.
    words = f"Shopify's file of orders was not made ({code})."
    raise IncompleteError(words, may_halve=operation["status"] == "FAILED")


def _assemble(lines: list[Node], roots: list[Node]) -> list[Node]:
    """Hang lines on their parents, which may stand anywhere in the file."""
    by_id: dict[str, Node] = {}
    for line in lines:
        line["children"] = []
        by_id[line["id"]] = line
    for line in lines:
        if "__parentId" not in line:
            continue
        parent = by_id.get(line["__parentId"])
        if parent is None:
            raise IncompleteError("A line of Shopify's file hangs on one that is missing.")
        parent["children"].append(line)
    return roots
