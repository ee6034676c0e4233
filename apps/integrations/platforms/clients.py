"""Give the client by which a platform is asked for tokens, as this deployment configures it."""

from __future__ import annotations

from apps.integrations.exceptions import PlatformNotFoundError
from apps.integrations.platforms.configuration import allows_loopback, get_consent_configuration
from apps.integrations.platforms.oauth import OAuth
from apps.integrations.platforms.registry import get_adapter


def open_oauth(platform: str) -> OAuth:
    """Return the client of a platform's consent and tokens.

    Raises:
        PlatformNotFoundError: this version cannot ask people of such a platform for consent.
        PlatformNotConfiguredError: the deployment has no client of the platform.
    """
    adapter = get_adapter(platform)
    if adapter.spec.oauth is None:
        raise PlatformNotFoundError(platform=platform)
    configuration = get_consent_configuration(platform)
    return getattr(adapter, "oauth", OAuth)(
        adapter.spec.oauth,
        configuration,
        allows_loopback=allows_loopback(platform, configuration.token_url),
    )
