"""Sessions."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.auth.api.serializers.fields import IdField
from apps.auth.models import Session
from omnify.api.fields import RowSerializer, TruthField
from omnify.context import current


class SessionSerializer(RowSerializer[Session]):
    """A session as its owner sees it."""

    is_current = serializers.SerializerMethodField()

    class Meta:
        model = Session
        fields = (
            "id",
            "created_at",
            "authenticated_at",
            "rotated_at",
            "expires_at",
            "device_id",
            "device_name",
            "user_agent",
            "address",
            "is_current",
        )

    def get_is_current(self, session: Session) -> bool:
        """Whether it is the one that asks."""
        return session.id == current().principal.session_id


class RevocationSerializer(serializers.Serializer[Any]):
    """Whose sessions to end, and whether the one that asks ends too."""

    user_id = IdField(
        required=False, help_text="A member of the organization; by default whoever asks."
    )
    keep_current = TruthField(required=False, default=False)


class RevokedSerializer(serializers.Serializer[Any]):
    """How many sessions were ended."""

    revoked = serializers.IntegerField()
