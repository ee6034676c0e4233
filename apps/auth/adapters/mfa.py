"""What allauth asks about second factors: secrets at rest are encrypted with our ring."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.signals import authentication_failed
from django.dispatch import receiver
from django.utils import timezone

from apps.auth.models import User
from apps.auth.models.second_factor import TOTP_PURPOSE
from apps.auth.operations.second_factor import note_wrong_code
from omnify.encryption import decrypt_text, encrypt_text


@receiver(authentication_failed)
def count_wrong_code(user: User, **_: Any) -> None:
    """Count a wrong code that the library found."""
    note_wrong_code(user, now=timezone.now())


class MfaAdapter(DefaultMFAAdapter):
    """Encrypts the secrets of authenticator apps."""

    def encrypt(self, text: str) -> str:
        """Return a secret as it is kept."""
        return encrypt_text(text, purpose=TOTP_PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret as the app has it."""
        return decrypt_text(encrypted_text, purpose=TOTP_PURPOSE)
