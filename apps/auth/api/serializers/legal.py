"""Legal documents and consents."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.auth.legal import DOCUMENT_TYPES
from apps.auth.models import Consent
from omnify.api.fields import RowSerializer, TextField


class AcceptanceSerializer(serializers.Serializer[Any]):
    """A version of a document that somebody accepts."""

    document_type = serializers.ChoiceField(choices=DOCUMENT_TYPES)
    version = TextField(max_length=20)


class WithdrawalSerializer(serializers.Serializer[Any]):
    """A document whose consent is taken back."""

    document_type = serializers.ChoiceField(choices=DOCUMENT_TYPES)


class DocumentVersionSerializer(serializers.Serializer[Any]):
    """A version of a document."""

    document_type = TextField()
    version = TextField()
    locale = TextField()
    title = TextField()
    effective_date = serializers.DateField()
    requires_acceptance = serializers.BooleanField()
    checksum = TextField(help_text="SHA-256 of the file.")


class DocumentSerializer(DocumentVersionSerializer):
    """A version of a document with its text."""

    text = TextField(help_text="Markdown.")


class DocumentListSerializer(serializers.Serializer[Any]):
    """Versions of documents."""

    results = DocumentVersionSerializer(many=True)
    next = TextField(allow_null=True)


class ConsentSerializer(RowSerializer[Consent]):
    """A line of the consent ledger."""

    class Meta:
        model = Consent
        fields = (
            "id",
            "document_type",
            "version",
            "locale",
            "checksum",
            "is_withdrawal",
            "address",
            "created_at",
        )
