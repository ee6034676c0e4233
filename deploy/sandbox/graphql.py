"""Answer GraphQL from plain values: what peers need of the language, and no more.

An object is a dictionary by the vendor's field names, a field with arguments a function, and a
connection a ``Connection``. A field that is in no dictionary is refused, as a schema would.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\.\.\.|\$?[A-Za-z_]\w*|-?\d+|[{}():!=\[\]]')
_WORDS = {"true": True, "false": False, "null": None}


class RefusedError(Exception):
    """A query is not of the schema."""


@dataclass
class Field:
    """A field that is asked for, under the key that its answer has."""

    key: str
    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    fields: list[Field] = field(default_factory=list)

    def find(self, name: str) -> Field:
        """Return the field of a name below this one."""
        for each in self.fields:
            if each.name == name:
                return each
        raise RefusedError(f"{self.name} is asked without {name}")


@dataclass(frozen=True)
class Variable:
    """Stands for a value that comes with the query."""

    name: str


class Connection:
    """A list that is shown in pages."""

    def __init__(self, nodes: list[dict[str, Any]]) -> None:
        self.nodes = nodes

    def page(self, first: int | None = None, after: str | None = None, **_: Any) -> dict[str, Any]:
        """Return a page of it."""
        if first is None:
            raise RefusedError("you must provide one of first or last")
        start = int(after) + 1 if after else 0
        shown = self.nodes[start : start + first]
        edges = [
            {"cursor": str(start + at), "node": {"__typename": "", **node}}
            for at, node in enumerate(shown)
        ]
        has_next = start + first < len(self.nodes)
        end = edges[-1]["cursor"] if edges else None
        return {
            "edges": edges,
            "nodes": [edge["node"] for edge in edges],
            "pageInfo": {"hasNextPage": has_next, "endCursor": end},
        }


def parse(text: str) -> list[Field]:
    """Return the fields of the one operation of a document."""
    tokens = list(_TOKEN.findall(text))
    while tokens and tokens[0] != "{":
        if tokens.pop(0) == "(":
            while tokens.pop(0) != ")":
                pass
    fields = _parse_fields(tokens)
    if tokens:
        raise RefusedError(f"what is {tokens[0]} for?")
    return fields


def _parse_fields(tokens: list[str]) -> list[Field]:
    fields: list[Field] = []
    _expect(tokens, "{")
    while tokens and tokens[0] != "}":
        if tokens[0] == "...":
            del tokens[:3]  # Of an interface, each type here has one.
            fields += _parse_fields(tokens)
            continue
        key = name = tokens.pop(0)
        if tokens[0] == ":":
            _expect(tokens, ":")
            name = tokens.pop(0)
        one = Field(key, name)
        if tokens[0] == "(":
            one.arguments = _parse_arguments(tokens)
        if tokens[0] == "{":
            one.fields = _parse_fields(tokens)
        fields.append(one)
    _expect(tokens, "}")
    return fields


def _parse_arguments(tokens: list[str]) -> dict[str, Any]:
    arguments = {}
    _expect(tokens, "(")
    while tokens[0] != ")":
        name = tokens.pop(0)
        _expect(tokens, ":")
        value = tokens.pop(0)
        if value.startswith("$"):
            arguments[name] = Variable(value[1:])
        elif value[0] == '"' or value.lstrip("-").isdigit():
            arguments[name] = json.loads(value)
        else:
            arguments[name] = _WORDS.get(value, value)
    _expect(tokens, ")")
    return arguments


def _expect(tokens: list[str], mark: str) -> None:
    if not tokens or tokens.pop(0) != mark:
        raise RefusedError(f"expected {mark}")


def select(node: Any, fields: list[Field], variables: dict[str, Any]) -> Any:
    """Return what is asked of a value."""
    if not fields or node is None:
        return node
    if isinstance(node, list):
        return [select(each, fields, variables) for each in node]
    answer = {}
    for one in fields:
        value = resolve(node, one, variables)
        if isinstance(value, Connection):
            value = value.page(**fill(one, variables))
        answer[one.key] = select(value, one.fields, variables)
    return answer


def resolve(node: dict[str, Any], one: Field, variables: dict[str, Any]) -> Any:
    """Return the value of a field."""
    if one.name not in node:
        raise RefusedError(f"Field '{one.name}' doesn't exist here")
    value = node[one.name]
    return value(**fill(one, variables)) if isinstance(value, Callable) else value


def fill(one: Field, variables: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a field with the values of variables; those not given are absent."""
    return {
        name: variables[value.name] if isinstance(value, Variable) else value
        for name, value in one.arguments.items()
        if not isinstance(value, Variable) or value.name in variables
    }


def price(fields: list[Field]) -> int:
    """Return what a query may cost: one for each object that it may bring, two for a connection."""
    return sum(_price(one) for one in fields)


def _price(one: Field) -> int:
    below = price(one.fields)
    if not one.fields or one.name == "pageInfo":
        return 0
    if one.name == "edges":
        return below
    if isinstance(one.arguments.get("first"), int):
        return 2 + one.arguments["first"] * below
    return 1 + below


def write_lines(connection: Connection, shown: Field, parent: str = "") -> Iterator[dict[str, Any]]:
    """Yield the lines of a bulk operation's file: each node by itself, with its parent's id."""
    fields = shown.find("edges").find("node").fields
    for node in connection.nodes:
        line, nested = _split(node, fields)
        yield {**line, "__parentId": parent} if parent else line
        for below, one in nested:
            yield from write_lines(below, one, node["id"])


def _split(
    node: dict[str, Any], fields: list[Field]
) -> tuple[dict[str, Any], list[tuple[Connection, Field]]]:
    """Return what stands in a node's own line, and the connections that have lines of theirs."""
    line: dict[str, Any] = {}
    nested: list[tuple[Connection, Field]] = []
    for one in fields:
        value = resolve(node, one, {})
        if isinstance(value, Connection):
            nested.append((value, one))
        elif isinstance(value, dict):
            line[one.key], below = _split(value, one.fields)
            nested += below
        else:
            line[one.key] = value
    return line, nested


def measure_depth(fields: list[Field]) -> int:
    """Return how deep connections are nested, the outermost one included."""
    return max((_measure(one) for one in fields), default=0)


def _measure(one: Field) -> int:
    return measure_depth(one.fields) + (1 if any(f.name == "edges" for f in one.fields) else 0)
