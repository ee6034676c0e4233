"""E-mail addresses: one mailbox has one form, however it is spelled."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import idna
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email

_MOST_CHARACTERS: Final = 254
_MOST_BEFORE_AT: Final = 64
_QUOTED_PAIR: Final = re.compile(r"\\(.)")
_A_LABEL: Final = "xn--"


class UndeliverableEmailError(ValueError):
    """An address has no form in which mail can be sent to it."""


def canonical_email(text: str) -> str:
    """Return the one form of an address: lower case, no quotes, the domain in A-labels.

    Domains are encoded by IDNA 2008 with UTS 46, non-transitional: ``straße.de`` is
    ``xn--strae-oqa.de`` and not ``strasse.de``.

    Raises:
        UndeliverableEmailError: the domain cannot be encoded or is an IP address, the part before
            the @ has other characters than unquoted ASCII, or the address is too long.
    """
    local, _, domain = unicodedata.normalize("NFC", text.strip()).rpartition("@")
    try:
        address = f"{_unquote(local)}@{_encode(domain)}".lower()
        _validate(address)
    except (UnicodeError, ValidationError) as error:
        message = f"No mail can be sent to {text!a}: a part cannot be encoded, or is too long."
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


def _unquote(local: str) -> str:
    if len(local) > 1 and local[0] == local[-1] == '"':
        return _QUOTED_PAIR.sub(r"\1", local[1:-1])
    return local


def _validate(address: str) -> None:
    # Django's expressions ignore case, by which they take letters such as U+017F for ASCII.
    address.encode("ascii")
    local, _, domain = address.rpartition("@")
    if '"' in local or domain.startswith("["):
        raise ValidationError("quotes that are left, or an IP address")
    validate_email(address)
    MaxLengthValidator(_MOST_BEFORE_AT)(local)
    MaxLengthValidator(_MOST_CHARACTERS)(address)


def _encode(domain: str) -> str:
    if domain.isascii() and _A_LABEL not in domain.lower():
        return domain
    return idna.encode(domain, uts46=True, std3_rules=True).decode()
