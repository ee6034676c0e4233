"""What auth's API reads, and what it shows."""

from __future__ import annotations

import zoneinfo
from typing import Any

from rest_framework import serializers

from apps.auth.models import Organization, TokenFamily, User
from apps.auth.rbac import permissions_of

_CURRENCY = r"^[A-Z]{3}$"


class TimeZoneField(serializers.CharField):
    """An IANA time zone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=64, help_text="IANA name, such as Europe/Berlin.", **options)

    def to_internal_value(self, data: Any) -> str:
        """The name, if there is such a zone."""
        name = super().to_internal_value(data)
        if name not in zoneinfo.available_timezones():
            raise serializers.ValidationError(f"'{name}' is not an IANA time zone.")
        return name


class RegistrationSerializer(serializers.Serializer[Any]):
    """A new organization and its owner."""

    organization_name = serializers.CharField(max_length=200)
    first_name = serializers.CharField(max_length=100)
    last_name = serializers.CharField(max_length=100)
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    currency = serializers.RegexField(
        _CURRENCY, required=False, help_text="ISO 4217; without it the first data settles it."
    )
    timezone = TimeZoneField(required=False, default="UTC")
    is_demo = serializers.BooleanField(
        required=False, default=False, help_text="Marks an organization that holds sample data."
    )


class LoginSerializer(serializers.Serializer[Any]):
    """Credentials."""

    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False)


class RefreshSerializer(serializers.Serializer[Any]):
    """A refresh token."""

    refresh_token = serializers.CharField(max_length=200)


class UserSerializer(serializers.ModelSerializer[User]):
    """A user as they see themselves."""

    class Meta:
        model = User
        fields = ("id", "email", "first_name", "last_name", "is_staff", "created_at")


class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    """An organization as its members see it."""

    class Meta:
        model = Organization
        fields = (
            "id",
            "name",
            "currency",
            "is_currency_settled",
            "timezone",
            "is_demo",
            "created_at",
        )


class OrganizationChangeSerializer(serializers.Serializer[Any]):
    """What an owner or admin may change."""

    name = serializers.CharField(max_length=200, required=False)
    currency = serializers.RegexField(_CURRENCY, required=False)
    timezone = TimeZoneField(required=False)


class TokensSerializer(serializers.Serializer[Any]):
    """A session's tokens."""

    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    token_type = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds that the access token lives.")
    session_id = serializers.UUIDField()


class SignedInSerializer(TokensSerializer):
    """A session's tokens and whose they are."""

    user = UserSerializer()


class RegisteredSerializer(SignedInSerializer):
    """The same, with the organization that was made."""

    organization = OrganizationSerializer()


class MeSerializer(serializers.Serializer[Any]):
    """Who asks, and what they may do."""

    user = UserSerializer()
    organization = OrganizationSerializer()
    role = serializers.CharField()
    permissions = serializers.ListField(child=serializers.CharField())


class SessionSerializer(serializers.ModelSerializer[TokenFamily]):
    """A session as its owner sees it."""

    class Meta:
        model = TokenFamily
        fields = ("id", "created_at", "rotated_at", "expires_at", "user_agent", "address")


class RoleSerializer(serializers.Serializer[Any]):
    """A role and what it bundles."""

    id = serializers.CharField()
    permissions = serializers.SerializerMethodField()

    def get_permissions(self, role: dict[str, str]) -> list[str]:
        """The permissions, in the order in which all are listed."""
        return list(permissions_of(role["id"]))
