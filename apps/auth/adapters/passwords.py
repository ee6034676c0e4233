"""Django's password validators, on the spelling that is hashed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from apps.auth.models.passwords import normalize_password


class LengthValidator(password_validation.MinimumLengthValidator):
    """Counts the characters of a password after normalization."""

    def __init__(self, min_length: int, max_length: int) -> None:
        super().__init__(min_length)
        self._max_length = max_length

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse a password that is shorter or longer.

        Raises:
            ValidationError: it is.
        """
        normal = normalize_password(password)
        super().validate(normal, user)
        if len(normal) > self._max_length:
            message = f"This password is too long: it may have {self._max_length} characters."
            raise ValidationError(message, code="password_too_long")


class CommonPasswordValidator(password_validation.CommonPasswordValidator):
    """Looks a password up after normalization."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse a password that many people use.

        Raises:
            ValidationError: it is one of these.
        """
        super().validate(normalize_password(password), user)
