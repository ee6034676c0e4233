"""Legal documents and consents."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.auth.legal import DOCUMENT_TYPES
from apps.auth.models import Consent


class AcceptanceSerializer(serializers.Serializer[Any]):
    """A version of a document that somebody accepts."""

    document_type = serializers.ChoiceField(choices=DOCUMENT_TYPES)
    version = serializers.CharField(max_length=20)


class WithdrawalSerializer(serializers.Serializer[Any]):
    """A document whose consent is taken back."""

    document_type = serializers.ChoiceField(choices=DOCUMENT_TYPES)


class DocumentVersionSerializer(serializers.Serializer[Any]):
    """A version of a document."""

    document_type = serializers.CharField()
    version = serializers.CharField()
    locale = serializers.CharField()
    title = serializers.CharField()
    effective_date = serializers.DateField()
    requires_acceptance = serializers.BooleanField()
    checksum = serializers.CharField(help_text="SHA-256 of the file.")


class DocumentSerializer(DocumentVersionSerializer):
    """A version of a document with its text."""

    text = serializers.CharField(help_text="Markdown.")


class DocumentListSerializer(serializers.Serializer[Any]):
    """Versions of documents."""

    results = DocumentVersionSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class ConsentSerializer(serializers.ModelSerializer[Consent]):
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
