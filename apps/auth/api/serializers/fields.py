"""Fields that several requests share."""

from __future__ import annotations

import zoneinfo
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.auth.roles import PERMISSIONS, RESOURCE_TYPES
from omnify.api.fields import TextField

CURRENCY = r"^[A-Z]{3}$"
COLOR = r"^#[0-9a-fA-F]{6}$"


@extend_schema_field({"type": "string", "maxLength": 64, "format": "iana-time-zone"})
class TimeZoneField(TextField):
    """An IANA time zone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=64, help_text="IANA name, such as Europe/Berlin.", **options)

    def to_internal_value(self, data: Any) -> str:
        """The name, if there is such a zone."""
        name = super().to_internal_value(data)
        if name not in zoneinfo.available_timezones():
            raise serializers.ValidationError(f"'{name}' is not an IANA time zone.")
        return name


class IdField(serializers.UUIDField):
    """A UUID as a text: a number, or a truth value, is none."""

    def to_internal_value(self, data: Any) -> Any:
        """The id."""
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class PasswordField(TextField):
    """A password as it was typed: up to 128 characters, none dropped."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=128, trim_whitespace=False, **options)


@extend_schema_field(
    {"type": "string", "minLength": 12, "maxLength": 128, "format": "new-password"}
)
class NewPasswordField(PasswordField):
    """A password to be; what is wrong with one is said by the operation that takes it."""


class SecretField(TextField):
    """A secret of a link or challenge."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=200, **options)


class PermissionsField(serializers.ListField):
    """Permissions by name."""

    def __init__(self, **options: Any) -> None:
        child = serializers.ChoiceField(choices=PERMISSIONS)
        super().__init__(child=child, max_length=len(PERMISSIONS), **options)

    def to_internal_value(self, data: Any) -> Any:
        """A tuple, as messages have it."""
        return tuple(super().to_internal_value(data))


class ResourceTypeField(serializers.ChoiceField):
    """What a permission can be granted on."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=RESOURCE_TYPES, **options)
