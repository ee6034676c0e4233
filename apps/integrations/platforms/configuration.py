"""What the deployment set for each platform, over the platform's own defaults."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from apps.integrations.exceptions import PlatformNotConfiguredError
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.specs import Configuration, PlatformSpec


def get_configuration(platform: str) -> Configuration:
    """Return what holds for a platform.

    Raises:
        PlatformNotFoundError: this version cannot connect a platform of this name.
    """
    spec = get_adapter(platform).spec
    values = _values(platform)
    oauth = spec.oauth
    return Configuration(
        platform=platform,
        client_id=values.get("CLIENT_ID", ""),
        client_secret=values.get("CLIENT_SECRET", ""),
        authorize_url=values.get("AUTHORIZE_URL") or (oauth.authorize_url if oauth else ""),
        token_url=values.get("TOKEN_URL") or (oauth.token_url if oauth else ""),
        api_url=(values.get("API_URL") or spec.api_url).rstrip("/"),
        api_version=values.get("API_VERSION") or spec.api_version,
        api_version_ends=values.get("API_VERSION_ENDS") or spec.api_version_ends,
        daily_calls=values.get("DAILY_CALLS"),
        webhook_secrets=tuple(values.get("WEBHOOK_SECRETS", ())),
        webhook_verify_token=values.get("WEBHOOK_VERIFY_TOKEN", ""),
    )


def allows_loopback(platform: str, url: str) -> bool:
    """Tell whether the operator set an address of this origin, which may then be a loopback one."""
    values = _values(platform)
    own = (values.get(name) for name in ("API_URL", "AUTHORIZE_URL", "TOKEN_URL"))
    return any(_origin(url) == _origin(each) for each in own if each)


def is_sample(platform: str) -> bool:
    """Tell whether the operator's platform is one on this machine, whose accounts are made up."""
    host = urlsplit(_values(platform).get("API_URL") or "").hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")


def find_missing_settings(spec: PlatformSpec) -> tuple[str, ...]:
    """Name the variables that people's consent needs and that are not set."""
    if spec.oauth is None:
        return ()
    values = _values(spec.id)
    needed = ("CLIENT_ID", "CLIENT_SECRET")
    return tuple(f"{spec.id.upper()}_{name}" for name in needed if not values.get(name))


def get_consent_configuration(platform: str) -> Configuration:
    """Return what holds for a platform whose people can consent.

    Raises:
        PlatformNotFoundError: this version cannot connect a platform of this name.
        PlatformNotConfiguredError: the deployment has no client of the platform.
    """
    spec = get_adapter(platform).spec
    if missing := find_missing_settings(spec):
        raise PlatformNotConfiguredError(
            platform=platform, name=spec.name, missing=" and ".join(missing)
        )
    return get_configuration(platform)


def _values(platform: str) -> dict[str, Any]:
    # A process that hosts other services alone has none.
    families: dict[str, dict[str, Any]] = getattr(settings, "PLATFORMS", {})
    return families.get(platform, {})


def _origin(url: str) -> str:
    return "/".join(url.split("/", 3)[:3]).lower()
