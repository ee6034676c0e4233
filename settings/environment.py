"""Declare each environment variable once, for the code and docs/configuration.md."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple, TypeVar

import environ

T = TypeVar("T")


class Variable(NamedTuple):
    """A variable: its name (``<SERVICE>`` stands for each service), its default in words, its use."""

    name: str
    default: str
    use: str


VARIABLES = (
    Variable("DEBUG", "false", "A developer's machine: local secrets, tracebacks, any loopback host."),
    Variable("SECRET_KEY", "required", "Django's key: at least 32 random characters."),
    Variable("SECRET_KEY_FALLBACKS", "none", "Former and next keys, by comma: accepted, so that no user is signed out."),
    Variable("ALLOWED_HOSTS", "required", "Host names that this process answers to, by comma."),
    Variable("CSRF_TRUSTED_ORIGINS", "none", "Origins of browsers behind a gateway, with scheme."),
    Variable("CORS_ORIGINS", "none", "Origins of other sites that may call the API."),
    Variable("PORT", "the service's own, else 8000", "Where `manage.py serve` listens."),
    Variable("BIND_ADDRESS", "all", "The address that `manage.py serve` listens on."),
    Variable("BIND_SOCKET", "none", "A Unix socket that it also listens on, for a gateway beside it."),
    Variable("WEB_WORKERS", "1", "gunicorn's worker processes."),
    Variable("WEB_THREADS", "8", "Threads per worker process."),
    Variable("LOG_LEVEL", "INFO", "The least severe level that is logged."),
    Variable("DATABASE_URL", "SQLite in var/", "The database of all services that have none of their own."),
    Variable("<SERVICE>_DATABASE_URL", "DATABASE_URL", "A database of its own for one service."),
    Variable("CACHE_URL", "this process's memory", "A cache that processes share, redis://…"),
    Variable("STORAGE_DIRECTORY", "var/files", "Where uploaded files are kept."),
    Variable("OMNIFY_SERVICES", "all seven", "What settings.custom hosts, by comma."),
    Variable("DEPLOYMENT_MODE", "none", "Older form of OMNIFY_SERVICES: monolith, or microservice with SERVICE_NAME."),
    Variable("SERVICE_NAME", "none", "With DEPLOYMENT_MODE=microservice: the one service."),
    Variable("OMNIFY_DISCOVERY", "env", "How other services are found: env, dns, file:///… or consul://…"),
    Variable("OMNIFY_ADVERTISE_ADDRESS", "the host's name", "The address of this server that it registers in Consul."),
    Variable("<SERVICE>_SERVICE_URL", "none", "Where a service is called, several by comma."),
    Variable("<SERVICE>_PUBLIC_URL", "the address inside, if loopback", "Where browsers find it."),
    Variable("OMNIFY_RPC_SECRETS", "required when split", "Sign calls between services with the first, accept any."),
    Variable("OMNIFY_ENCRYPTION_KEYS", "required by auth", "Fernet keys for secrets at rest, newest first."),
    Variable("AUTH_SIGNING_KEYS", "made by auth in its database", "RSA keys (PEM) for access tokens, newest first."),
    Variable("AUTH_JWKS_URL", "auth's address", "Where to get the keys that verify access tokens."),
    Variable("AUTH_JWKS", "none", "That key set as JSON: nothing is fetched."),
    Variable("EVENT_BUS_URL", "none: databases in reach", "The broker of events: amqp://… or redis://…, ?prefix= to share one."),
    Variable("JOBS_DATABASE_URL", "DATABASE_URL, or a file beside", "The job engine's own tables."),
    Variable("JOBS_CONCURRENCY", "4", "Jobs that one process runs at a time."),
    Variable("OMNIFY_EMBEDDED_WORKER", "true", "Whether serving processes run jobs; false with `manage.py worker`."),
    Variable("OMNIFY_DISPATCH", "true", "Whether this process relays and handles events."),
    Variable("OMNIFY_DRAIN_SECONDS", "2", "How long a server announces its stop before it stops."),
    Variable("OMNIFY_DRAIN_DIRECTORY", "/tmp", "Where that announcement is kept; memory is best."),  # noqa: S108
    Variable("AUTH_EMAIL_VERIFICATION", "mandatory with EMAIL_URL, else optional", "Whether an address must be verified before signing in."),
    Variable("EMAIL_URL", "none: mails are written to the log", "The mail server, as smtp+tls://user:password@host:587."),
    Variable("EMAIL_FROM", "omnify@localhost", "The sender of mails."),
    Variable("TRUSTED_PROXIES", "none", "Networks of gateways whose X-Forwarded-For is believed, by comma."),
    Variable("ENABLE_<FEATURE>", "the flag table", "Overrides a flag, e.g. ENABLE_SIGN_UP=false."),
    Variable("KONG_ADMIN_URL", "not configured", "The Admin API that infrastructure watches."),
    Variable("TEMPORAL_ADDRESS", "not configured", "host:port of Temporal's frontend."),
    Variable("AIRBYTE_URL", "not configured", "Airbyte's API."),
    Variable("KAFKA_BOOTSTRAP_SERVERS", "not configured", "host:port of Kafka brokers, by comma."),
    Variable("METABASE_URL", "not configured", "Metabase."),
)  # fmt: skip
_SHORTEST_RSA_BITS = 2048
_YES, _NO = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}
_NAMES = {variable.name for variable in VARIABLES}


class Environment:
    """Reads variables and collects what is wrong with them instead of stopping at the first."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._env = environ.Env()
        self._env.ENVIRON = dict(values)
        self.problems: list[str] = []

    def text(self, name: str, default: str = "", *, pattern: str = "") -> str:
        """A text; ``pattern`` is the declared name when this one stands for a service."""
        return self._read(name, pattern, self._env.str, default)

    def flag(self, name: str, *, default: bool) -> bool:
        """A yes or no."""
        return self._read(name, "", self._yes_or_no, default)

    def number(self, name: str, default: int, *, least: int = 0) -> int:
        """A whole number."""
        value = self._read(name, "", self._env.int, default)
        if value < least:
            self.problems.append(f"{name}={value}: at least {least}")
            return default
        return value

    def names(self, name: str, *, pattern: str = "") -> tuple[str, ...]:
        """Several texts by comma."""
        values: list[str] = self._read(name, pattern, self._env.list, [])
        return tuple(value.strip() for value in values if value.strip())

    def database(self, name: str, default: str, *, pattern: str = "") -> dict[str, Any]:
        """A Django database from a URL."""
        url = self.text(name, pattern=pattern) or default
        if url.partition(":")[0] in environ.Env.DB_SCHEMES:
            return dict(self._env.db_url_config(url))
        self.problems.append(f"{name} is not a database URL such as postgresql://host/name")
        return dict(self._env.db_url_config("sqlite://:memory:"))

    def cache(self, name: str) -> dict[str, Any]:
        """A Django cache from a URL, this process's memory by default."""
        url = self.text(name) or "locmemcache://"
        memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        return self._parse(name, lambda: dict(self._env.cache_url_config(url)), default=memory)

    def email(self, name: str) -> dict[str, Any]:
        """Django's mail settings from a URL, the console by default."""
        url = self.text(name) or "consolemail://"
        console = {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
        return self._parse(name, lambda: dict(self._env.email_url_config(url)), default=console)

    def rsa_keys(self, name: str) -> str:
        """PEM texts of RSA private keys, checked here so that a wrong one is said at the start."""
        text = self.text(name)
        if text.strip():
            self._parse(name, partial(_check_rsa_keys, text), default=None)
        return text

    def networks(self, name: str) -> tuple[str, ...]:
        """Networks, as ``10.0.0.0/8``, by comma."""
        found = self.names(name)
        for network in found:
            self._parse(name, partial(_network, network), default=None)
        return found

    def starting_with(self, prefix: str) -> dict[str, bool]:
        """All yes-or-no variables with a prefix, by the rest of their name in lower case."""
        return {
            name.removeprefix(prefix).lower(): self._parse(
                name, partial(self._yes_or_no, name), default=False
            )
            for name in self._env.ENVIRON
            if name.startswith(prefix)
        }

    def _yes_or_no(self, name: str, *, default: bool = False) -> bool:
        text = self._env.str(name, default=str(default)).strip().lower()
        if text in _YES or text in _NO:
            return text in _YES
        raise ValueError("say true or false")

    def _read(self, name: str, pattern: str, read: Callable[..., T], default: T) -> T:
        if (pattern or name) not in _NAMES:
            raise LookupError(f"declare {pattern or name} in settings/environment.py")
        return self._parse(name, lambda: read(name, default=default), default=default)

    def _parse(self, name: str, read: Callable[[], T], *, default: T) -> T:
        try:
            return read()
        except (ValueError, environ.ImproperlyConfigured) as error:
            self.problems.append(f"{name} cannot be read: {error}")
            return default


def _check_rsa_keys(text: str) -> None:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    found = re.findall(r"-----BEGIN [A-Z ]+-----.+?-----END [A-Z ]+-----", text, re.DOTALL)
    if not found:
        raise ValueError("it holds no PEM; set RSA private keys, newest first, or leave it unset")
    for number, pem in enumerate(found, 1):
        try:
            key = load_pem_private_key(pem.encode(), password=None)
        except (ValueError, TypeError) as error:
            raise ValueError(f"key {number} is no private key without a passphrase") from error
        if not isinstance(key, RSAPrivateKey) or key.key_size < _SHORTEST_RSA_BITS:
            raise ValueError(f"key {number} is not RSA of {_SHORTEST_RSA_BITS} bits or more")


def _network(text: str) -> object:
    return ipaddress.ip_network(text, strict=False)
