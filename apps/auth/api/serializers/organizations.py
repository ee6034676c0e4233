"""Organizations, members, roles, brands, keys of programs, the audit ledger."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.auth.api.serializers.fields import (
    COLOR,
    CURRENCY,
    IdField,
    NewPasswordField,
    PermissionsField,
    ResourceTypeField,
    SecretField,
    TimeZoneField,
)
from apps.auth.models import ApiKey, AuditEntry, Brand, Grant, Invitation, Organization, Role
from apps.auth.roles import PERMISSIONS
from omnify.api.fields import RowSerializer, TextField, TruthField


class OrganizationSerializer(RowSerializer[Organization]):
    """An organization as its members see it."""

    class Meta:
        model = Organization
        fields = (
            "id",
            "name",
            "currency",
            "is_currency_settled",
            "timezone",
            "plan",
            "logo_url",
            "primary_color",
            "is_demo",
            "created_at",
        )


class OrganizationChangeSerializer(serializers.Serializer[Any]):
    """What an owner or admin may change."""

    name = TextField(max_length=200, required=False)
    currency = serializers.RegexField(CURRENCY, required=False)
    timezone = TimeZoneField(required=False)
    logo_url = serializers.URLField(max_length=500, required=False, allow_blank=True)
    primary_color = serializers.RegexField(COLOR, required=False, allow_blank=True)


class QuotaSerializer(serializers.Serializer[Any]):
    """A limit and how much of it is used."""

    kind = TextField()
    limit = serializers.IntegerField()
    used = serializers.IntegerField()


class QuotasSerializer(serializers.Serializer[Any]):
    """The plan and its limits."""

    plan = TextField()
    quotas = QuotaSerializer(many=True)


class MemberSerializer(serializers.Serializer[Any]):
    """Somebody who belongs to the organization."""

    user_id = serializers.UUIDField()
    email = serializers.EmailField(source="user.email")
    first_name = TextField(source="user.first_name")
    last_name = TextField(source="user.last_name")
    role = TextField()
    created_at = serializers.DateTimeField()


class MemberChangeSerializer(serializers.Serializer[Any]):
    """A member's next role."""

    role = TextField(max_length=50, help_text="A system role, or a custom role's id.")


class InvitationInputSerializer(serializers.Serializer[Any]):
    """Whom to invite, and as what."""

    email = serializers.EmailField(max_length=254)
    role = TextField(max_length=50, help_text="A system role, or a custom role's id.")


class InvitationSerializer(RowSerializer[Invitation]):
    """An open invitation."""

    class Meta:
        model = Invitation
        fields = ("id", "email", "role", "created_at", "expires_at")


class NewInvitationSerializer(InvitationSerializer):
    """A new invitation; the token is in the answer only where no mail can be delivered."""

    token = TextField(allow_null=True)

    class Meta:
        model = Invitation
        fields = (*InvitationSerializer.Meta.fields, "token")


class AcceptInvitationSerializer(serializers.Serializer[Any]):
    """An invitation's secret; whoever has no account yet gives name and password too."""

    token = SecretField()
    first_name = TextField(max_length=100, required=False)
    last_name = TextField(max_length=100, required=False)
    password = NewPasswordField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """All three of a newcomer's fields, or none."""
        given = {"first_name", "last_name", "password"} & set(attrs)
        if given and len(given) < len(("first_name", "last_name", "password")):
            raise serializers.ValidationError("Give first_name, last_name and password together.")
        return attrs


class AcceptedInvitationSerializer(serializers.Serializer[Any]):
    """Where whoever accepted belongs now; they sign in, or switch, to go there."""

    organization_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    role = TextField()


class BrandSerializer(RowSerializer[Brand]):
    """A brand."""

    class Meta:
        model = Brand
        fields = ("id", "name", "website", "is_archived", "created_at")
        read_only_fields = ("id", "created_at")
        # The name's uniqueness is the database's; its refusal says so.
        validators = ()


class BrandChangeSerializer(serializers.Serializer[Any]):
    """What to change of a brand."""

    name = TextField(max_length=200, required=False)
    website = serializers.URLField(max_length=500, required=False, allow_blank=True)
    is_archived = TruthField(required=False)


class RoleInputSerializer(serializers.Serializer[Any]):
    """A custom role."""

    name = TextField(max_length=100)
    description = TextField(max_length=500, required=False, allow_blank=True, default="")
    permissions = PermissionsField()


class RoleSerializer(serializers.Serializer[Any]):
    """A role and what it allows."""

    id = TextField()
    name = TextField()
    description = TextField()
    is_system = serializers.BooleanField()
    permissions = serializers.ListField(child=TextField())

    @staticmethod
    def of_system(name: str, permissions: tuple[str, ...]) -> dict[str, Any]:
        """A system role's fields."""
        return {
            "id": name,
            "name": name,
            "description": "",
            "is_system": True,
            "permissions": list(permissions),
        }

    @staticmethod
    def of_custom(role: Role) -> dict[str, Any]:
        """A custom role's fields."""
        return {
            "id": str(role.id),
            "name": role.name,
            "description": role.description,
            "is_system": False,
            "permissions": role.permissions,
        }


class RoleListSerializer(serializers.Serializer[Any]):
    """The system roles and the organization's own."""

    results = RoleSerializer(many=True)
    next = TextField(allow_null=True)


class PermissionListSerializer(serializers.Serializer[Any]):
    """Permissions by name."""

    results = serializers.ListField(child=TextField())
    next = TextField(allow_null=True)


class PermissionCheckSerializer(serializers.Serializer[Any]):
    """Whether somebody holds a permission."""

    permission = serializers.ChoiceField(choices=PERMISSIONS)
    user_id = IdField(required=False, help_text="By default whoever asks.")
    resource_type = ResourceTypeField(required=False)
    resource_id = TextField(max_length=100, required=False)


class PermissionAnswerSerializer(serializers.Serializer[Any]):
    """Whether they do."""

    allowed = serializers.BooleanField()


class GrantInputSerializer(serializers.Serializer[Any]):
    """Whom to give which permissions on what."""

    user_id = IdField()
    resource_type = ResourceTypeField()
    resource_id = TextField(max_length=100)
    permissions = PermissionsField(min_length=1)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class GrantRevocationSerializer(serializers.Serializer[Any]):
    """Which grant to take back."""

    user_id = IdField()
    resource_type = ResourceTypeField()
    resource_id = TextField(max_length=100)


class GrantSerializer(RowSerializer[Grant]):
    """Permissions of a user on one object."""

    class Meta:
        model = Grant
        fields = (
            "id",
            "user_id",
            "resource_type",
            "resource_id",
            "permissions",
            "expires_at",
            "created_at",
        )


class ApiKeyInputSerializer(serializers.Serializer[Any]):
    """A program's key."""

    name = TextField(max_length=100)
    permissions = PermissionsField()
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class ApiKeySerializer(RowSerializer[ApiKey]):
    """A program's key without the key."""

    class Meta:
        model = ApiKey
        fields = ("id", "name", "prefix", "permissions", "created_at", "expires_at", "last_used_at")


class NewApiKeySerializer(ApiKeySerializer):
    """The same with the key, shown this once."""

    key = TextField()

    class Meta:
        model = ApiKey
        fields = (*ApiKeySerializer.Meta.fields, "key")


class AuditEntrySerializer(RowSerializer[AuditEntry]):
    """A line of the audit ledger."""

    class Meta:
        model = AuditEntry
        fields = (
            "sequence",
            "at",
            "service",
            "action",
            "outcome",
            "user_id",
            "actor",
            "target_type",
            "target_id",
            "details",
            "address",
            "request_id",
            "hash",
        )
