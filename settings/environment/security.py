"""Secrets, hosts, cookies, and whose word is believed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from omnify.local_secrets import load_or_create
from settings.environment.reading import Environment

_SHORTEST_SECRET = 32
_YEAR_SECONDS = 31_536_000
_FIXED: dict[str, Any] = {
    "CORS_URLS_REGEX": r"^/(api|\.well-known)/.*$",
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    # Another slice has to see the origin of a form that is sent to it.
    "SECURE_REFERRER_POLICY": "strict-origin-when-cross-origin",
    "X_FRAME_OPTIONS": "DENY",
    "CSRF_COOKIE_NAME": "omnify_csrf",
    "CSRF_COOKIE_HTTPONLY": True,
    "CSRF_COOKIE_SAMESITE": "Lax",
    "CSRF_FAILURE_VIEW": "omnify.pages.errors.csrf_failure",
}


def build_security(env: Environment, *, base_dir: Path, debug: bool) -> dict[str, Any]:
    """Return the secrets and the hosts; on a developer's machine secrets are made."""
    local = load_or_create(base_dir / "var" / "secrets.env") if debug else {}
    cors = env.variable("CORS_ORIGINS", "Origins of other sites that may call the API.")
    proxies = env.variable(
        "TRUSTED_PROXIES", "Networks of gateways whose X-Forwarded-For is believed, by comma."
    )
    hsts = env.variable(
        "HSTS_SECONDS", "How long a browser that came over https insists on it; 0 asks for nothing."
    )
    return _FIXED | {
        "SECURE_HSTS_SECONDS": hsts.number(_YEAR_SECONDS),
        **_keys(env, local),
        "ALLOWED_HOSTS": _hosts(env, debug=debug),
        "CORS_ALLOWED_ORIGINS": list(cors.names()),
        "TRUSTED_PROXIES": proxies.networks(),
    }


def _keys(env: Environment, local: dict[str, str]) -> dict[str, Any]:
    def secret(name: str, use: str, unset: str) -> str:
        return env.variable(name, use, unset=unset).text() or local.get(name, "")

    key = secret("SECRET_KEY", "Django's key: at least 32 random characters.", "required")
    if len(key) < _SHORTEST_SECRET:
        env.problems.append(
            f"SECRET_KEY is missing or short: set at least {_SHORTEST_SECRET} random characters"
            " (or DEBUG=true on your own machine)"
        )
    others = env.variable(
        "SECRET_KEY_FALLBACKS",
        "Former and next keys, by comma: accepted, so that no user is signed out.",
    ).names()
    if any(len(other) < _SHORTEST_SECRET for other in others):
        env.problems.append(
            f"SECRET_KEY_FALLBACKS has a short key: each has at least {_SHORTEST_SECRET} characters"
        )
    rpc = secret(
        "OMNIFY_RPC_SECRETS",
        "Sign calls between services with the first, accept any.",
        "required when split",
    )
    encryption = secret(
        "OMNIFY_ENCRYPTION_KEYS",
        "Fernet keys for secrets at rest, newest first.",
        "required by auth and integrations",
    )
    return {
        "SECRET_KEY": key,
        "SECRET_KEY_FALLBACKS": list(others),
        "RPC_SECRETS": _split(rpc),
        "ENCRYPTION_KEYS": _split(encryption),
    }


def _hosts(env: Environment, *, debug: bool) -> list[str]:
    hosts = env.variable(
        "ALLOWED_HOSTS", "Host names that this process answers to, by comma.", unset="required"
    ).names()
    if debug:
        return list(hosts or ("localhost", "127.0.0.1", "[::1]"))
    if not hosts or "*" in hosts:
        env.problems.append(
            "ALLOWED_HOSTS is missing or '*': list the host names that this process answers to"
        )
    return list(hosts)


def _split(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())
