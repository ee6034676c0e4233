"""TikTok's consent: its own names for all that the standard has, and tokens without an end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlencode, urljoin

from apps.integrations.platforms.http import exchange
from apps.integrations.platforms.oauth import Consent, OAuth
from apps.integrations.platforms.refusals import (
    GrantEndedError,
    MalformedError,
    TokenRefusedError,
)
from apps.integrations.platforms.specs import Grant
from apps.integrations.platforms.tiktok_ads.refusing import classify


class TikTokOAuth(OAuth):
    """The code flow as TikTok has it."""

    code_name: ClassVar[str] = "auth_code"

    def authorize_url(self, consent: Consent) -> str:
        """Return the address where the person consents; what is asked for stands at the app."""
        query = {
            "app_id": self.configuration.client_id,
            "state": consent.state,
            "redirect_uri": consent.redirect_uri,
        }
        return f"{self.configuration.authorize_url}?{urlencode(query)}"

    def redeem(self, code: str, consent: Consent, now: datetime) -> Grant:
        """Return what a code is good for: a token that lasts until it is revoked.

        Raises:
            PlatformError: nothing.
        """
        given = self._post(self.configuration.token_url, {"auth_code": code}, now)
        token = given.get("access_token") if isinstance(given, dict) else None
        if not (isinstance(token, str) and token):
            raise MalformedError("The platform's answer to a token request has no token.")
        # TikTok names rights by numbers here, and otherwise where it asks the person.
        return Grant(access_token=token)

    def refresh(self, refresh_token: str, facts: Mapping[str, str], now: datetime) -> Grant:
        """Refuse: there is no token that another could be had for."""
        raise GrantEndedError("TikTok's tokens are not renewed; its owner has to consent again.")

    def revoke(self, grant: Grant) -> bool:
        """Give back a token; tell whether it was good still."""
        url = urljoin(self.configuration.token_url, "../revoke_token/")
        try:
            self._post(url, {"access_token": grant.access_token}, datetime.now(UTC))
        except TokenRefusedError:
            return False
        return True

    def _post(self, url: str, body: dict[str, str], now: datetime) -> Any:
        own = {
            "app_id": self.configuration.client_id,
            "secret": self.configuration.client_secret,
        }
        answer = exchange("POST", url, json=own | body, allows_loopback=self._allows_loopback)
        classify(answer, now)
        return answer.body.get("data")
