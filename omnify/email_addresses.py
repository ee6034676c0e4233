"""E-mail addresses: one mailbox has one form, however it is spelled."""

from __future__ import annotations

import unicodedata
from typing import Final

import idna
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email

_MOST_CHARACTERS: Final = 254
_A_LABEL: Final = "xn--"


class UndeliverableEmailError(ValueError):
    """An address has no form in which mail can be sent to it."""


def canonical_email(text: str) -> str:
    """Return the one form of an address: lower case, NFC, the domain in A-labels.

    Domains are encoded by IDNA 2008 with UTS 46, non-transitional: ``straße.de`` is
    ``xn--strae-oqa.de`` and not ``strasse.de``.

    Raises:
        UndeliverableEmailError: the domain cannot be encoded, or the address is too long.
    """
    local, _, domain = unicodedata.normalize("NFC", text.strip()).rpartition("@")
    try:
        address = f"{local}@{_encode(domain)}".lower()
        validate_email(address)
        MaxLengthValidator(_MOST_CHARACTERS)(address)
    except (UnicodeError, ValidationError) as error:
        message = f"No mail can be sent to {text!a}: its domain cannot be encoded, or is too long."
        raise UndeliverableEmailError(message) from error
    return address


def fold_email(text: str) -> str:
    """Return what spellings of one mailbox have in common; of an undeliverable one its letters."""
    try:
        return canonical_email(text)
    except UndeliverableEmailError:
        return text.strip().lower()


def is_same_mailbox(one: str, other: str) -> bool:
    """Tell whether two addresses are spellings of one."""
    return fold_email(one) == fold_email(other)


def _encode(domain: str) -> str:
    if domain.isascii() and _A_LABEL not in domain.lower():
        return domain
    return idna.encode(domain, uts46=True, std3_rules=True).decode()
