"""Types that fields of messages share; no Django, so that operations can take the messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType, structs

from omnify.services.messages import Message

#: Spaces around it are part of a text with this mark; of others they are taken away.
VERBATIM: Final = {"is_verbatim": True}


def one_of(choices: Iterable[str]) -> Meta:
    """Return the mark of a text that has to be one of some choices."""
    listed = tuple(choices)
    return Meta(extra_json_schema={"enum": list(listed)}, extra={"choices": listed})


def one_line(max_length: int, *examples: str, min_length: int = 1) -> Meta:
    """Return the mark of a text of one line: a name, or a few words (see ``omnify.names``)."""
    return Meta(
        min_length=min_length,
        max_length=max_length,
        examples=list(examples) or None,
        extra_json_schema={"format": "name"},
    )


Email = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=254,
        examples=["ada@acme.example"],
        extra_json_schema={"format": "email"},
    ),
]
#: A web address; empty where there is none.
WebAddress = Annotated[
    str,
    Meta(
        max_length=500,
        examples=["https://acme.example"],
        extra_json_schema={"anyOf": [{"format": "uri"}, {"maxLength": 0}]},
        extra={"format": "uri"},
    ),
]
TimeZoneName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        description="IANA name, such as Europe/Berlin.",
        examples=["Europe/Berlin"],
        extra_json_schema={"format": "iana-time-zone"},
    ),
]
CurrencyCode = Annotated[
    str,
    Meta(
        pattern="^[A-Z]{3}$",
        description="A code of ISO 4217.",
        examples=["EUR"],
        extra_json_schema={"format": "iso-4217"},
    ),
]
#: A part of a multipart body: Django's uploaded file.
Upload = Annotated[Any, Meta(extra_json_schema={"type": "string", "format": "binary"})]


class JobStarted(Message):
    """A job that does what was asked for; its progress is at the service's jobs."""

    job_id: UUID


def given_fields(message: Message) -> dict[str, Any]:
    """Return the fields that a client gave, by name: those that are not ``UNSET``."""
    return {name: value for name, value in structs.asdict(message).items() if value is not UNSET}


__all__ = [
    "UNSET",
    "VERBATIM",
    "CurrencyCode",
    "Email",
    "JobStarted",
    "TimeZoneName",
    "UnsetType",
    "Upload",
    "WebAddress",
    "given_fields",
    "one_line",
    "one_of",
]
