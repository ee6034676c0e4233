"""What drf-spectacular has to know of the floor to write the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
)
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiExample
from msgspec import inspect

from omnify.api.examples import example_of
from omnify.api.files import MEDIA_TYPES
from omnify.api.parsing import MOST_ERRORS

#: Texts without NUL, and those that are not made of spaces alone.
_ANY_TEXT = r"^[^\x00]*$"
_SOME_TEXT = r"^[^\x00]*[^\s\x00][^\x00]*$"


class BearerScheme(OpenApiAuthenticationExtension):
    """Names the bearer token in the document."""

    target_class = "omnify.identity.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the security scheme."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class RouteSchema(AutoSchema):
    """Writes an operation as its ``route`` declares it."""

    def get_description(self) -> str:  # type: ignore[override]
        """Return what the route says; docstrings are for readers of the code."""
        return str(self._declared.description)

    def _is_list_view(self, serializer: Any = None) -> bool:
        """Return whether the operation is named a list; messages say themselves what is in one."""
        return serializer is None and bool(self._declared.is_list)

    def get_examples(self) -> list[OpenApiExample]:
        """Return examples of the messages; made only now: most processes write none."""
        declared = self._declared
        found = [
            OpenApiExample(
                "Answer", example_of(answer), response_only=True, status_codes=[str(status)]
            )
            for status, messages in declared.answers.items()
            for answer in messages
            if answer not in MEDIA_TYPES
        ]
        if declared.body is not None:
            found.append(OpenApiExample("Request", example_of(declared.body), request_only=True))
        return found

    @property
    def _declared(self) -> Any:
        return getattr(self.view, self.method.lower()).route


class MessageExtension(OpenApiSerializerExtension):
    """Writes the schemas of messages, which are JSON Schema already."""

    target_class = "omnify.services.messages.Message"
    match_subclasses = True

    def get_name(self, auto_schema: Any, direction: str) -> str:
        """Return the message's own name, in requests and answers alike."""
        return str(self.target.__name__)

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        """Return the message's schema, and register those of the messages in it."""
        _, schemas = msgspec.json.schema_components(
            [self.target], ref_template="#/components/schemas/{name}"
        )
        for schema in schemas.values():
            _close(schema)
        for message_type in _messages_below(inspect.type_info(self.target)):
            name = message_type.__name__
            component = ResolvedComponent(
                name, ResolvedComponent.SCHEMA, schemas[name], object=message_type
            )
            auto_schema.registry.register_on_missing(component)
        return dict(schemas[self.target.__name__])


def _messages_below(shape: inspect.Type) -> Iterator[type]:
    """Yield the messages that a type's fields and elements hold, in all depths."""
    match shape:
        case inspect.StructType():
            below = [field.type for field in shape.fields]
        case inspect.UnionType():
            below = list(shape.types)
        case inspect.Metadata():
            below = [shape.type]
        case inspect.VarTupleType() | inspect.ListType():
            below = [shape.item_type]
        case inspect.DictType():
            below = [shape.value_type]
        case _:
            below = []
    for each in below:
        if isinstance(each, inspect.StructType):
            yield each.cls
        yield from _messages_below(each)


def _close(schema: dict[str, Any]) -> None:
    """Say that a message has no other fields than its own; its docstring is its description."""
    schema.pop("title", None)
    schema["description"] = " ".join(schema.get("description", "").split())
    if "properties" in schema:
        schema["additionalProperties"] = False


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
                    "content": {
                        "application/problem+json": {"schema": problem, "example": _EXAMPLE}
                    },
                },
            )
    return result


_EXAMPLE = {
    "type": "urn:omnify:problem:missing_permission",
    "title": "Not allowed",
    "status": 403,
    "code": "missing_permission",
    "detail": "This needs the permission 'analytics:view', which your role does not have.",
    "request_id": "019ab5c2-7d3e-7c41-9f0a-5b1c2d3e4f50",
}


def bound_texts(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say what is refused in every text: NUL, and spaces alone where a text is needed."""
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
    properties["errors"] = {
        "type": "array",
        "maxItems": MOST_ERRORS,
        "items": {"type": "object"},
        "description": "What is wrong with which field.",
    }
    properties["error_count"] = {"type": "integer", "description": "How many errors there are."}
    return {
        "type": "object",
        "description": "A refusal (RFC 9457). Write programs against `code`.",
        "required": [*names, "status"],
        "properties": properties,
    }
