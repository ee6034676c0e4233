"""A shop owner's consent: at the shop's own address, and signed when the owner comes back."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

import msgspec
from authlib.oauth2.base import OAuth2Error

from apps.integrations.platforms.oauth import Consent, OAuth
from apps.integrations.platforms.refusals import RequestRefusedError
from apps.integrations.platforms.specs import Grant

_DOMAIN: Final = ".myshopify.com"
_SHOP: Final = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com")


class ShopifyOAuth(OAuth):
    """The code flow of Shopify; a consent's ``shop`` is the shop's domain.

    Tokens end after an hour and are renewed, or have no end where the app is the shop's own.
    """

    def redeem(self, code: str, consent: Consent, now: datetime) -> Grant:
        """Return what a code is good for, and whose shop it is.

        Raises:
            GrantEndedError, RequestRefusedError, UnreachableError, MalformedError: nothing.
        """
        grant = super().redeem(code, consent, now)
        return msgspec.structs.replace(grant, facts={"shop": _find_name(consent.shop)})

    def check_callback(self, query: Mapping[str, str], shop: str) -> bool:
        """Tell whether the shop sent its owner back so: Shopify signs all that the address says.

        A signature of another shop with the app is good too, and is not of the owner who was asked.
        """
        said = sorted((name, value) for name, value in query.items() if name != "hmac")
        secret = self.configuration.client_secret.encode()
        right = hmac.digest(secret, urlencode(said).encode(), "sha256").hex()
        is_signed = hmac.compare_digest(right.encode(), query.get("hmac", "").encode())
        return is_signed and query.get("shop") == _find_name(shop) + _DOMAIN

    def _has_ended(self, error: OAuth2Error) -> bool:
        # What Shopify says once a refresh token is over, or its app was taken out of the shop (?).
        is_over = "active refresh_token" in (error.description or "")
        return is_over or super()._has_ended(error)

    @staticmethod
    def _address(url: str, shop: str) -> str:
        return url.replace("{shop}", _find_name(shop))


def _find_name(shop: str) -> str:
    """Return a shop's name in addresses, of its domain or of the name itself.

    Raises:
        RequestRefusedError: it is no shop of Shopify.
    """
    domain = shop if shop.endswith(_DOMAIN) else shop + _DOMAIN
    if not _SHOP.fullmatch(domain):
        raise RequestRefusedError("A shop's address is like your-shop.myshopify.com.")
    return domain.removesuffix(_DOMAIN)
