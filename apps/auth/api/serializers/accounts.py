"""Registering, signing in, passwords, addresses, factors."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.auth.api.serializers.fields import (
    CURRENCY,
    IdField,
    NewPasswordField,
    PasswordField,
    SecretField,
    TimeZoneField,
)
from apps.auth.api.serializers.legal import AcceptanceSerializer
from apps.auth.api.serializers.organizations import OrganizationSerializer
from apps.auth.models import User
from apps.auth.operations.legal import Acceptance
from omnify.api.fields import RowSerializer, TextField, TruthField


class RegistrationSerializer(serializers.Serializer[Any]):
    """A new organization and its owner."""

    organization_name = TextField(max_length=200)
    first_name = TextField(max_length=100)
    last_name = TextField(max_length=100)
    email = serializers.EmailField(max_length=254)
    password = NewPasswordField()
    currency = serializers.RegexField(
        CURRENCY, required=False, help_text="ISO 4217; without it the first data settles it."
    )
    timezone = TimeZoneField(required=False, default="UTC")
    is_demo = TruthField(
        required=False, default=False, help_text="Marks an organization that holds sample data."
    )
    accepted_documents = AcceptanceSerializer(
        many=True,
        required=False,
        help_text="Without it the new user can read and accept, and nothing else.",
    )

    def validate_accepted_documents(self, rows: list[dict[str, str]]) -> tuple[Acceptance, ...]:
        """As messages have it, each document once."""
        if len({row["document_type"] for row in rows}) < len(rows):
            raise serializers.ValidationError("Name each document once.")
        return tuple(Acceptance(**row) for row in rows)


class RegistrationPendingSerializer(serializers.Serializer[Any]):
    """What a registration is answered with where addresses have to be proven first."""

    next = serializers.ChoiceField(choices=["verify_email"])


class LoginSerializer(serializers.Serializer[Any]):
    """Credentials."""

    email = serializers.EmailField(max_length=254)
    password = PasswordField()
    remember_me = TruthField(required=False, default=False)
    device_name = TextField(max_length=100, required=False, allow_blank=True, default="")


class FactorAnswerSerializer(serializers.Serializer[Any]):
    """An answer with a code of the app, a recovery code, or a passkey."""

    code = TextField(max_length=40, required=False, help_text="Of the app, or a recovery code.")
    recovery_code = TextField(max_length=40, required=False)
    passkey = serializers.DictField(
        required=False, help_text="What the browser's navigator.credentials.get answers."
    )

    def code_of(self) -> str:
        """The code, whichever it is."""
        given = self.validated_data
        return str(given.get("code") or given.get("recovery_code") or "")


class FinishLoginSerializer(FactorAnswerSerializer):
    """The second step of signing in."""

    challenge = SecretField()


class ReauthenticationSerializer(FactorAnswerSerializer):
    """Proving oneself again."""

    password = PasswordField(required=False)
    challenge = SecretField(required=False, help_text="With a passkey: of passkey-options.")


class ChallengeSerializer(serializers.Serializer[Any]):
    """An open challenge."""

    challenge = SecretField()


class SignInPendingSerializer(ChallengeSerializer):
    """A sign-in that waits for its second factor."""

    next = serializers.ChoiceField(choices=["mfa"])
    methods = serializers.ListField(
        child=serializers.ChoiceField(choices=["totp", "passkey", "recovery_code"])
    )


class PasskeyOptionsSerializer(ChallengeSerializer):
    """A challenge and the options for the browser."""

    options = serializers.DictField()


class PasskeyRegistrationSerializer(ChallengeSerializer):
    """The browser's answer for a new passkey."""

    name = TextField(max_length=100)
    credential = serializers.DictField()


class PasskeySerializer(serializers.Serializer[Any]):
    """A passkey."""

    id = serializers.IntegerField()
    name = TextField(source="data.name")
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)


class NewPasskeySerializer(PasskeySerializer):
    """A passkey that was just added, with the first recovery codes."""

    recovery_codes = serializers.ListField(child=TextField())


class TotpSetupSerializer(serializers.Serializer[Any]):
    """What an authenticator app needs."""

    secret = TextField()
    otpauth_uri = TextField()
    qr_svg = TextField()


class CodeSerializer(serializers.Serializer[Any]):
    """A code of an authenticator app."""

    code = TextField(max_length=10)


class RecoveryCodesSerializer(serializers.Serializer[Any]):
    """Recovery codes, shown this once."""

    recovery_codes = serializers.ListField(child=TextField())


class MfaStatusSerializer(serializers.Serializer[Any]):
    """The user's second factors."""

    is_enabled = serializers.BooleanField()
    methods = serializers.ListField(child=TextField())
    passkeys = serializers.IntegerField()
    recovery_codes_left = serializers.IntegerField()


class RefreshSerializer(serializers.Serializer[Any]):
    """A refresh token."""

    refresh_token = TextField(max_length=200)


class PasswordChangeSerializer(serializers.Serializer[Any]):
    """The present password and the next."""

    current_password = PasswordField()
    new_password = NewPasswordField()


class EmailSerializer(serializers.Serializer[Any]):
    """An address."""

    email = serializers.EmailField(max_length=254)


class LinkSerializer(serializers.Serializer[Any]):
    """The secret of a mailed link."""

    token = SecretField()


class PasswordResetSerializer(LinkSerializer):
    """The secret of a mailed link and a new password."""

    new_password = NewPasswordField()


class SwitchSerializer(serializers.Serializer[Any]):
    """Where to go on."""

    organization_id = IdField()


class UserSerializer(RowSerializer[User]):
    """A user as they see themselves."""

    class Meta:
        model = User
        fields = ("id", "email", "first_name", "last_name", "is_staff", "created_at")
        read_only_fields = ("id", "email", "is_staff", "created_at")


class UserChangeSerializer(serializers.Serializer[Any]):
    """What a user may change of themselves."""

    first_name = TextField(max_length=100, required=False)
    last_name = TextField(max_length=100, required=False)


class TokensSerializer(serializers.Serializer[Any]):
    """A session's tokens."""

    access_token = TextField()
    refresh_token = TextField()
    token_type = TextField()
    expires_in = serializers.IntegerField(help_text="Seconds that the access token lives.")
    session_id = serializers.UUIDField()


class SignedInSerializer(TokensSerializer):
    """A session's tokens and whose they are."""

    user = UserSerializer()


class RegisteredSerializer(SignedInSerializer):
    """The same, with the organization that was made."""

    organization = OrganizationSerializer()


class MembershipSerializer(serializers.Serializer[Any]):
    """Where a user belongs."""

    organization_id = serializers.UUIDField()
    name = TextField(source="organization.name")
    role = TextField()


class MeSerializer(serializers.Serializer[Any]):
    """Who asks, and what they may do."""

    user = UserSerializer()
    organization = OrganizationSerializer()
    role = TextField()
    permissions = serializers.ListField(child=TextField())
    email_verified = serializers.BooleanField()
    organizations = MembershipSerializer(many=True)
    documents_outstanding = serializers.ListField(child=TextField())
