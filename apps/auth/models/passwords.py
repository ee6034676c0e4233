"""Passwords: one spelling whatever the keyboard, and the hashes that are made of it."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import make_password, verify_password


def normalize_password(password: str) -> str:
    """Return a password in its one spelling (NFKC), as NIST SP 800-63B has it hashed."""
    return unicodedata.normalize("NFKC", password)


def spend_check(password: str) -> None:
    """Take as long as ``check_password`` does, where there is no user to check."""
    for spelling in _spellings_of(password):
        make_password(spelling)


class PasswordHolder(AbstractBaseUser):
    """Whoever signs in with a password; kept is the hash of its one spelling."""

    class Meta:
        abstract = True

    def set_password(self, raw_password: str | None) -> None:
        """Hash a password in its one spelling."""
        super().set_password(raw_password and normalize_password(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Tell whether a password is right, and renew a hash of an older cost or spelling.

        How many hashes that takes follows from the password alone, so that the time of a wrong
        one says nothing.
        """
        former = self.password
        checks = [verify_password(each, former) for each in _spellings_of(raw_password or "")]
        is_right = any(is_right for is_right, _ in checks)
        is_of_one_spelling, must_renew = checks[0]
        if is_right and (must_renew or not is_of_one_spelling):
            self.set_password(raw_password)
            self._renew_hash(former)
        return is_right

    def _renew_hash(self, former: str) -> None:
        # A password that was changed meanwhile stays.
        rows: Any = type(self)._default_manager.filter(pk=self.pk, password=former)  # noqa: SLF001 - Django's public name for it
        rows.update(password=self.password)


def _spellings_of(password: str) -> tuple[str, ...]:
    """Return the one spelling, then the one typed where it differs: hashes were made of it once."""
    normal = normalize_password(password)
    return (normal,) if normal == password else (normal, password)
