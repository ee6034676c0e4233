"""Reads environment variables; each is described where it is read, for docs/configuration.md."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import environ

T = TypeVar("T")
_SHORTEST_RSA_BITS = 2048
_YES, _NO = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


class Description(NamedTuple):
    """What documents say of a variable: its name, its default in words, its use."""

    name: str
    default: str
    use: str


class Environment:
    """Collects the problems of all variables instead of stopping at the first."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.problems: list[str] = []
        self.descriptions: dict[str, Description] = {}
        self.reader = environ.Env()
        self.reader.ENVIRON = dict(values)

    def variable(self, name: str, use: str, *, unset: str = "", **stands_for: str) -> Variable:
        """Return a variable, which is then read in the type that a setting needs.

        Args:
            name: a pattern where many have one, such as ``<SERVICE>_URL``.
            use: what the variable is for, in words.
            unset: what holds without it, in words; by default the value that is read then.
            stands_for: whose own variable it is, if the name is a pattern: ``service="auth"``.
        """
        key = name
        for word, member in stands_for.items():
            key = key.replace(f"<{word.upper()}>", member.upper())
        return Variable(self, key, Description(name, unset, use))

    def is_set(self, name: str) -> bool:
        """Tell whether a variable that is described has a value.

        Raises:
            LookupError: no setting reads a variable of this name.
        """
        if name not in self.descriptions:
            raise LookupError(f"{name} is read by no setting: describe and read it first")
        return bool(self.reader.ENVIRON.get(name))

    def flags(self, prefix: str, use: str, *, unset: str) -> dict[str, bool]:
        """Return all true-or-false variables with a prefix, by the rest of the name in lower case.

        ``<PREFIX>_<FEATURE>`` is what documents call them.
        """
        pattern = f"{prefix}<FEATURE>"
        self.descriptions[pattern] = Description(pattern, unset, use)
        names = [name for name in self.reader.ENVIRON if name.startswith(prefix)]
        return {
            name.removeprefix(prefix).lower(): Variable(
                self, name, self.descriptions[pattern]
            ).flag(default=False)
            for name in names
        }


class Variable:
    """One variable, which can be read in several types."""

    def __init__(self, environment: Environment, name: str, description: Description) -> None:
        self._environment, self._reader = environment, environment.reader
        self._name, self._description = name, description

    def text(self, default: str = "") -> str:
        """Read a text."""
        return self._read(self._reader.str, default)

    def flag(self, *, default: bool) -> bool:
        """Read true or false."""
        return self._read(self._parse_flag, default)

    def number(self, default: int, *, least: int = 0) -> int:
        """Read a whole number that is not below ``least``."""
        value = self._read(self._reader.int, default)
        if value < least:
            self._environment.problems.append(f"{self._name}={value}: at least {least}")
            return default
        return value

    def names(self) -> tuple[str, ...]:
        """Read several texts, separated by commas."""
        default: list[str] = []
        values = self._read(self._reader.list, default)
        return tuple(value.strip() for value in values if value.strip())

    def url(self) -> str:
        """Read a whole web address; ``{shop}`` in it stands for a shop's name."""
        text = self.text()
        if text:
            self._parse(partial(_check_url, text), None)
        return text

    def day(self) -> date | None:
        """Read a day such as ``2027-01-31``; None if it is unset."""
        text = self.text()
        return self._parse(partial(_day, text), None) if text else None

    def amount(self) -> int | None:
        """Read a whole number above zero; None if it is unset or empty."""
        text = self.text()
        return self._parse(partial(_amount, text), None) if text else None

    def database(self, default: str) -> dict[str, Any]:
        """Read a URL as a Django database."""
        url = self.text() or default
        if url.partition(":")[0] in environ.Env.DB_SCHEMES:
            return dict(self._reader.db_url_config(url))
        self._environment.problems.append(
            f"{self._name} is not a database URL such as postgresql://host/name"
        )
        return dict(self._reader.db_url_config("sqlite://:memory:"))

    def cache(self) -> dict[str, Any]:
        """Read a URL as a Django cache, by default in the memory of the process."""
        url = self.text() or "locmemcache://"
        memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        return self._parse(lambda: dict(self._reader.cache_url_config(url)), memory)

    def email(self) -> dict[str, Any]:
        """Read a URL as Django's mail settings, by default for the console."""
        url = self.text() or "consolemail://"
        console = {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
        return self._parse(lambda: dict(self._reader.email_url_config(url)), console)

    def rsa_keys(self) -> str:
        """Read PEM texts of RSA private keys, checked so that a wrong one stops the start."""
        text = self.text()
        if text.strip():
            self._parse(partial(_check_rsa_keys, text), None)
        return text

    def networks(self) -> tuple[str, ...]:
        """Read networks such as ``10.0.0.0/8``, separated by commas."""
        networks = self.names()
        for network in networks:
            self._parse(partial(_check_network, network), None)
        return networks

    def _parse_flag(self, name: str, *, default: bool = False) -> bool:
        text = self._reader.str(name, default=str(default)).strip().lower()
        if text in _YES or text in _NO:
            return text in _YES
        raise ValueError("say true or false")

    def _read(self, read: Callable[..., T], default: T) -> T:
        self._describe(default)
        return self._parse(lambda: read(self._name, default=default), default)

    def _describe(self, default: object) -> None:
        known = self._description
        words = str(default).lower() if isinstance(default, bool) else str(default or "none")
        described = known._replace(default=known.default or words)
        self._environment.descriptions.setdefault(known.name, described)

    def _parse(self, read: Callable[[], T], default: T) -> T:
        try:
            return read()
        except (ValueError, environ.ImproperlyConfigured) as error:
            self._environment.problems.append(f"{self._name} cannot be read: {error}")
            return default


def _check_rsa_keys(text: str) -> None:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    texts = re.findall(r"-----BEGIN [A-Z ]+-----.+?-----END [A-Z ]+-----", text, re.DOTALL)
    if not texts:
        raise ValueError("it holds no PEM; set RSA private keys, newest first, or leave it unset")
    for number, pem in enumerate(texts, 1):
        try:
            key = load_pem_private_key(pem.encode(), password=None)
        except (ValueError, TypeError) as error:
            raise ValueError(f"key {number} is no private key without a passphrase") from error
        if not isinstance(key, RSAPrivateKey) or key.key_size < _SHORTEST_RSA_BITS:
            raise ValueError(f"key {number} is not RSA of {_SHORTEST_RSA_BITS} bits or more")


def _check_url(text: str) -> None:
    parts = urlsplit(text.replace("{shop}", "shop"))
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise ValueError("say a whole address without a user, such as https://host/path")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError("say a day, such as 2027-01-31") from error


def _amount(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ValueError("say a whole number above zero, such as 15000")
    return int(text)


def _check_network(text: str) -> None:
    ipaddress.ip_network(text, strict=False)
