"""Meta's tokens: a code gives one of an hour, which is exchanged for one of about 60 days.

There are no refresh tokens: a long token is exchanged for the next one while it lasts, and so is
kept as its own refresh token.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.integrations.platforms.http import exchange
from apps.integrations.platforms.meta_ads import errors
from apps.integrations.platforms.oauth import Consent, OAuth, read_grant
from apps.integrations.platforms.refusals import (
    AccessLostError,
    GrantEndedError,
    RequestRefusedError,
    ThrottledError,
    TokenRefusedError,
    TooMuchError,
    UnreachableError,
    VersionEndedError,
)
from apps.integrations.platforms.shapes import read_as
from apps.integrations.platforms.specs import Grant


class MetaOAuth(OAuth):
    """Consent at Meta, and tokens without refresh tokens."""

    def redeem(self, code: str, consent: Consent, now: datetime) -> Grant:
        """Return the long token that a code is good for in the end."""
        short = self._ask({"code": code, "redirect_uri": consent.redirect_uri}, now)
        return self._exchange(short.access_token, now)

    def refresh(self, refresh_token: str, facts: Mapping[str, str], now: datetime) -> Grant:
        """Return the next long token for the present one."""
        return self._exchange(refresh_token, now)

    def revoke(self, grant: Grant) -> bool:
        """Take all rights of the app away; tell whether Meta did."""
        origin, version = self.configuration.api_url, self.configuration.api_version
        answer = exchange(
            "DELETE",
            f"{origin}/{version}/me/permissions",
            headers={"Authorization": f"Bearer {grant.access_token}"},
            parameters={
                "appsecret_proof": prove(self.configuration.client_secret, grant.access_token)
            },
            allows_loopback=self._allows_loopback,
        )
        return isinstance(answer.body, dict) and answer.body.get("success") is True

    def _exchange(self, token: str, now: datetime) -> Grant:
        grant = self._ask({"grant_type": "fb_exchange_token", "fb_exchange_token": token}, now)
        # Without an end, as a system user's is, it needs no renewal.
        again = grant.access_token if grant.expires_at else ""
        return Grant(
            access_token=grant.access_token, refresh_token=again, expires_at=grant.expires_at
        )

    def _ask(self, form: Mapping[str, str], now: datetime) -> Grant:
        answer = exchange(
            "POST",
            self.configuration.token_url,
            form={
                "client_id": self.configuration.client_id,
                "client_secret": self.configuration.client_secret,
                **form,
            },
            allows_loopback=self._allows_loopback,
        )
        try:
            errors.classify(answer, now)
        except TokenRefusedError as error:
            raise GrantEndedError(
                "Meta says that its consent has ended.", request_id=error.request_id
            ) from None
        except (ThrottledError, TooMuchError) as error:
            raise UnreachableError(error.words, request_id=error.request_id) from None
        except (AccessLostError, VersionEndedError) as error:
            raise RequestRefusedError(error.words, request_id=error.request_id) from None
        return read_grant(read_as(dict[str, Any], answer.body), self.spec, now)


def prove(secret: str, token: str) -> str:
    """Return the proof that who has a token has the app's secret too."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
