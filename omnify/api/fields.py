"""Types that fields of messages share; no Django, so that operations can take the messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Final, TypeVar
from uuid import UUID

from django.db import models
from msgspec import UNSET, Meta, UnsetType, structs
from rest_framework import serializers

from omnify.services.messages import Message

#: Spaces around it are part of a text with this mark; of others they are taken away.
VERBATIM: Final = {"is_verbatim": True}


def one_of(choices: Iterable[str]) -> Meta:
    """Return the mark of a text that has to be one of some choices."""
    listed = tuple(choices)
    return Meta(extra_json_schema={"enum": list(listed)}, extra={"choices": listed})


Email = Annotated[
    str,
    Meta(max_length=254, examples=["ada@acme.example"], extra_json_schema={"format": "email"}),
]
WebAddress = Annotated[
    str,
    Meta(max_length=500, examples=["https://acme.example"], extra_json_schema={"format": "uri"}),
]
TimeZoneName = Annotated[
    str,
    Meta(
        max_length=64,
        description="IANA name, such as Europe/Berlin.",
        examples=["Europe/Berlin"],
        extra_json_schema={"format": "iana-time-zone"},
    ),
]
CurrencyCode = Annotated[
    str, Meta(pattern="^[A-Z]{3}$", description="A code of ISO 4217.", examples=["EUR"])
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
    "one_of",
]


# Until all views are routes.
M = TypeVar("M", bound=models.Model)


class TextField(serializers.CharField):
    """A string; REST framework's own would take numbers as well and make text of them."""

    def to_internal_value(self, data: Any) -> str:
        """The text, without spaces around it unless the field keeps them."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class TruthField(serializers.BooleanField):
    """True or false; REST framework's own would take numbers and words as well."""

    def to_internal_value(self, data: Any) -> bool:
        """The value itself."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class RowSerializer(serializers.ModelSerializer[M]):
    """A model's serializer whose fields are as strict."""

    serializer_field_mapping: ClassVar = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: TextField,
        models.TextField: TextField,
        models.BooleanField: TruthField,
    }
