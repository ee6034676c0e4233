"""Where the other services are, and which keys prove who calls."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from omnify.services.registry import manifests
from settings.environment.reading import Environment

Addresses = dict[str, tuple[str, ...]]


def build_fleet(env: Environment, hosted: tuple[str, ...]) -> dict[str, Any]:
    """Return the addresses of the fleet; what is missing to reach others is a problem.

    Reads ``EMAIL_URL`` by its name only: the settings of mail describe it.
    """
    inside = _addresses(
        env, "<SERVICE>_SERVICE_URL", "Where a service is called, several by comma."
    )
    public = _addresses(
        env,
        "<SERVICE>_PUBLIC_URL",
        "Where browsers find it.",
        unset="the address inside, if loopback",
    )
    discovery, identity = _discovery(env), _identity(env)
    if discovery["DISCOVERY"] == "env":
        env.problems.extend(_unreachable(hosted, inside))
        env.problems.extend(_unverifiable(identity, hosted, inside))
    provider = _identity_provider()
    if env.is_set("EMAIL_URL") and provider in hosted and provider not in public:
        env.problems.append(f"{provider.upper()}_PUBLIC_URL is missing: the links of mails need it")
    return {
        **discovery,
        **identity,
        "SERVICE_URLS": inside,
        "PUBLIC_URLS": {name: urls[0] for name, urls in public.items()},
        "CSRF_TRUSTED_ORIGINS": _trusted_origins(env, public),
    }


def _addresses(env: Environment, name: str, use: str, *, unset: str = "") -> Addresses:
    """Return the URLs of the services that have any."""
    addresses: Addresses = {}
    for service in manifests():
        urls = env.variable(name, use, unset=unset, service=service).names()
        for url in urls:
            if not url.startswith(("http://", "https://")):
                variable = name.replace("<SERVICE>", service.upper())
                env.problems.append(f"{variable}={url}: begin with http:// or https://")
        if urls:
            addresses[service] = urls
    return addresses


def _discovery(env: Environment) -> dict[str, Any]:
    discovery = env.variable(
        "OMNIFY_DISCOVERY", "How other services are found: env, dns, file:///… or consul://…"
    ).text("env")
    if discovery.startswith("consul://") and find_spec("consul") is None:
        env.problems.append(
            f"OMNIFY_DISCOVERY={discovery}: install requirements/consul.txt, or build the image"
            " with EXTRAS=consul"
        )
    if discovery not in ("env", "dns") and not discovery.startswith(("file:///", "consul://")):
        env.problems.append(
            f"OMNIFY_DISCOVERY={discovery}: use env, dns, file:///path or consul://host:port"
        )
    address = env.variable(
        "OMNIFY_ADVERTISE_ADDRESS",
        "The address of this server that it registers in Consul.",
        unset="the host's name",
    ).text()
    return {"DISCOVERY": discovery, "ADVERTISE_ADDRESS": address or socket.gethostname()}


def _identity(env: Environment) -> dict[str, Any]:
    keys = env.variable(
        "AUTH_SIGNING_KEYS",
        "RSA keys (PEM) for access tokens, newest first.",
        unset="made by auth in its database",
    )
    url = env.variable(
        "AUTH_JWKS_URL",
        "Where to get the keys that verify access tokens.",
        unset="auth's address",
    )
    key_set = env.variable("AUTH_JWKS", "That key set as JSON: nothing is fetched.")
    return {"AUTH_SIGNING_KEYS": keys.rsa_keys(), "JWKS_URL": url.text(), "JWKS": key_set.text()}


def _trusted_origins(env: Environment, public: Addresses) -> list[str]:
    origins = env.variable(
        "CSRF_TRUSTED_ORIGINS", "Origins of browsers behind a gateway, with scheme."
    ).names()
    # A form of one slice's page may go to another slice: signing out, to auth.
    pages = {"/".join(urls[0].split("/")[:3]) for urls in public.values()}
    return sorted({*origins, *pages})


def _identity_provider() -> str:
    return next(name for name, manifest in manifests().items() if "identity" in manifest.provides)


def _unreachable(hosted: tuple[str, ...], inside: Addresses) -> Iterator[str]:
    for name in hosted:
        for other in manifests()[name].needs:
            if other not in hosted and other not in inside:
                yield (
                    f"{name} needs {other}, which is neither hosted here nor has an address:"
                    f" set {other.upper()}_SERVICE_URL"
                )


def _unverifiable(
    identity: dict[str, Any], hosted: tuple[str, ...], inside: Addresses
) -> Iterator[str]:
    provider = _identity_provider()
    has_source = identity["JWKS"] or identity["JWKS_URL"] or provider in inside
    if provider not in hosted and not has_source:
        yield (
            "access tokens cannot be verified without a key set: set AUTH_JWKS, AUTH_JWKS_URL or"
            f" {provider.upper()}_SERVICE_URL"
        )
