"""The contracts of all services as a document: what ``docs/contracts.json`` holds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import msgspec

# The floor declares contracts and events there; those of the services are read with the manifests.
import omnify.api.flags
import omnify.identity.audit
import omnify.identity.contract  # noqa: F401
from omnify.events import Event
from omnify.services import Contract
from omnify.services.contract import Method
from omnify.services.registry import manifests, provider_of

_FLOOR = "omnify"
_REFERENCE = "#/messages/{name}"


def contracts() -> dict[str, type[Contract]]:
    """Return all contracts of the services and of the floor, as ``service.Class``."""
    known = manifests()
    by_name = {
        f"{contract.service or provider_of(contract.provided_as)}.{contract.__name__}": contract
        for contract in Contract.__subclasses__()
        if contract.provided_as or contract.service in known
    }
    return dict(sorted(by_name.items()))


def events() -> dict[str, type[Event]]:
    """Return all events of the services and of the floor, by topic."""
    known = {*manifests(), _FLOOR}
    by_topic = {
        event.topic: event
        for event in Event.__subclasses__()
        if event.topic.partition(".")[0] in known
    }
    return dict(sorted(by_topic.items()))


def describe() -> dict[str, Any]:
    """Return methods with policies, arguments and results; events; and the messages in them."""
    schemas, messages = _schemas()
    return {
        "contracts": {
            name: {
                "methods": {
                    method.name: _describe_method(method, schemas)
                    for _, method in sorted(contract.methods.items())
                },
                "raises": sorted(error.code for error in contract.raises),
            }
            for name, contract in contracts().items()
        },
        "events": {
            topic: {
                "version": event.version,
                "key": event.key_field,
                "payload": schemas[event],
            }
            for topic, event in events().items()
        },
        "messages": dict(sorted(messages.items())),
    }


def to_json(document: dict[str, Any]) -> str:
    """Return the text of the document, as the file has it."""
    return json.dumps(document, indent=1, sort_keys=True) + "\n"


def _schemas() -> tuple[dict[Any, Any], dict[str, Any]]:
    """Return the schema of each type that crosses a border, and the messages in these schemas."""
    types = list(dict.fromkeys([*_types_of_methods(), *events().values()]))
    schemas, messages = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    return dict(zip(types, schemas, strict=True)), messages


def _types_of_methods() -> Iterable[Any]:
    for contract in contracts().values():
        for method in contract.methods.values():
            yield result_type(method)
            for field in msgspec.structs.fields(method.arguments):
                yield field.type


def result_type(method: Method) -> Any:
    """Return the type that a method returns."""
    return method.decode_result.__self__.type  # type: ignore[attr-defined]


def _describe_method(method: Method, schemas: dict[Any, Any]) -> dict[str, Any]:
    fields = msgspec.structs.fields(method.arguments)
    return {
        "idempotent": method.policy.idempotent,
        "timeout_seconds": method.policy.timeout_seconds,
        "arguments": {
            "type": "object",
            "properties": {field.encode_name: schemas[field.type] for field in fields},
            "required": [field.encode_name for field in fields if field.required],
        },
        "result": schemas[result_type(method)],
    }
