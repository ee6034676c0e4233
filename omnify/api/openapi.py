"""What drf-spectacular has to know of the floor to write the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

#: Texts without NUL, and those that are not made of spaces alone.
_ANY_TEXT = r"^[^\x00]*$"
_SOME_TEXT = r"^[^\x00]*[^\s\x00][^\x00]*$"


class BearerScheme(OpenApiAuthenticationExtension):
    """Names the bearer token in the document."""

    target_class = "omnify.identity.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """The security scheme."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def drop_floor_routes(endpoints: list[Any], **_: Any) -> list[Any]:
    """Leave out routes that are not part of a service's API."""
    return [row for row in endpoints if row[0].startswith(("/api/", "/.well-known/"))]


def add_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say of every operation that refusals are problem details."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = _problem_schema()
    problem = {"$ref": "#/components/schemas/Problem"}
    for item in result["paths"].values():
        for operation in item.values():
            operation.setdefault("responses", {}).setdefault(
                "default",
                {
                    "description": "A refusal",
                    "content": {"application/problem+json": {"schema": problem}},
                },
            )
    return result


def bound_texts(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say what REST framework refuses in every text: NUL, and spaces alone where one is needed."""
    _bound_texts_within(result)
    return result


def _bound_texts_within(part: Any) -> None:
    if isinstance(part, list):
        for item in part:
            _bound_texts_within(item)
    elif isinstance(part, dict):
        if part.get("type") == "string" and not part.keys() & {"enum", "format", "pattern"}:
            part["pattern"] = _SOME_TEXT if part.get("minLength") else _ANY_TEXT
        for item in part.values():
            _bound_texts_within(item)


def _problem_schema() -> dict[str, Any]:
    text = {"type": "string"}
    names = ("type", "title", "code", "detail", "request_id")
    properties: dict[str, Any] = dict.fromkeys(names, text)
    properties["status"] = {"type": "integer"}
    properties["errors"] = {"type": "array", "items": {"type": "object"}}
    return {
        "type": "object",
        "description": "A refusal (RFC 9457). Write programs against `code`.",
        "required": [*names, "status"],
        "properties": properties,
    }
