"""Fields of request bodies that take what the OpenAPI document says and nothing else."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django.db import models
from rest_framework import serializers

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
