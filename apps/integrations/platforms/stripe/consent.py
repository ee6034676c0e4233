"""A person's consent at Stripe, whose secret key stands where others have client and secret."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from authlib.oauth2.auth import ClientAuth, encode_client_secret_basic
from authlib.oauth2.client import OAuth2Client

from apps.integrations.platforms.oauth import Consent, OAuth
from apps.integrations.platforms.specs import Grant

#: What tokens live, which Stripe documents and does not say with each.
_ACCESS_LIVES: Final = timedelta(hours=1)
_REFRESH_LIVES: Final = timedelta(days=365)


class StripeOAuth(OAuth):
    """The code flow of Stripe Apps."""

    def redeem(self, code: str, consent: Consent, now: datetime) -> Grant:
        """Return what a code is good for.

        Raises:
            GrantEndedError, RequestRefusedError, UnreachableError, MalformedError: nothing.
        """
        return _date(super().redeem(code, consent, now), now)

    def refresh(self, refresh_token: str, facts: Mapping[str, str], now: datetime) -> Grant:
        """Return a new grant for a refresh token, which is then used up.

        Raises:
            GrantEndedError, RequestRefusedError, UnreachableError, MalformedError: nothing.
        """
        return _date(super().refresh(refresh_token, facts, now), now)

    def _client(self, redirect_uri: str | None = None) -> OAuth2Client:
        client = super()._client(redirect_uri)
        client.token_endpoint_auth_method = _stand_as_user
        return client


def _date(grant: Grant, now: datetime) -> Grant:
    return msgspec.structs.replace(
        grant,
        expires_at=grant.expires_at or now + _ACCESS_LIVES,
        refresh_expires_at=grant.refresh_expires_at or now + _REFRESH_LIVES,
    )


def _stand_as_user(auth: Any, method: str, uri: str, headers: Any, body: str) -> Any:
    """Let the secret key be the user of Basic, without a password."""
    user = ClientAuth(auth.client_secret, "")
    return encode_client_secret_basic(user, method, uri, headers, body)
