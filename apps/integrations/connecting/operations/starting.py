"""Sending a person to a platform, where they consent."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from apps.integrations.authorizing.models import OAuthState
from apps.integrations.connecting.operations import states
from apps.integrations.connections.models import Connection
from apps.integrations.exceptions import ConnectsOtherwiseError, ShopInvalidError
from apps.integrations.platforms.clients import open_oauth
from apps.integrations.platforms.oauth import Consent
from apps.integrations.platforms.registry import find_adapter, get_adapter
from apps.integrations.platforms.specs import PlatformSpec
from omnify.context import current_organization_id, current_user_id
from omnify.encryption import encrypt_text

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
_HOST: Final = re.compile(r"[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+")
_WAYS: Final = {"oauth": "consent at the platform", "api_key": "a key", "upload": "a file"}


class Way(NamedTuple):
    """Where a person consents, and what their browser has to bring back from there."""

    url: str
    cookie: states.BrowserCookie


class Errand(NamedTuple):
    """What a consent is for: a shop, and the connection that is made good again, if one is."""

    shop: str = ""
    connection_id: UUID | None = None
    purpose: OAuthState.Purpose = OAuthState.Purpose.CALLBACK


def start_consent(platform: str, errand: Errand, *, callback_url: str, now: datetime) -> Way:
    """Return the way to a platform's page of consent, for ten minutes and one browser.

    The platform sends the person back to ``callback_url``.

    Raises:
        PlatformNotFoundError: this version cannot connect a platform of the name.
        ConnectsOtherwiseError: the platform is connected by a key.
        PlatformNotConfiguredError: the deployment has no client of the platform.
        ShopInvalidError: the shop is none.
    """
    spec = get_adapter(platform).spec
    refuse_other_way(spec, "oauth")
    oauth = open_oauth(platform)
    shop = read_shop(spec, errand.shop)
    state, verifier = states.make_secret(), states.make_secret()
    cookie = states.bind_browser(state)
    row = OAuthState(
        organization_id=current_organization_id(),
        user_id=current_user_id(),
        purpose=errand.purpose,
        platform=platform,
        shop=shop,
        connection_id=errand.connection_id,
        digest=states.digest_of(state),
        browser_digest=states.digest_of(cookie.value),
        expires_at=now + states.LIFETIME,
    )
    if oauth.spec.uses_pkce:
        row.verifier_encrypted = encrypt_text(verifier, purpose=row.secret_purpose)
    states.keep_state(row, now)
    consent = Consent(redirect_uri=callback_url, state=state, verifier=verifier, shop=shop)
    return Way(oauth.authorize_url(consent), cookie)


def start_again(connection: Connection, *, callback_url: str, now: datetime) -> Way:
    """Return the way to consent again for a connection; raises as ``start_consent`` does."""
    refuse_other_way(find_spec(connection), "oauth")
    errand = Errand(connection.facts.get("shop", ""), connection.id)
    return start_consent(connection.platform, errand, callback_url=callback_url, now=now)


def find_spec(connection: Connection) -> PlatformSpec:
    """Return the facts of a connection's platform.

    Raises:
        ConnectsOtherwiseError: it is of files.
    """
    adapter = find_adapter(connection.platform)
    if adapter is None:
        raise ConnectsOtherwiseError(name=connection.name, ways=_WAYS["upload"])
    return adapter.spec


def refuse_other_way(spec: PlatformSpec, way: str) -> None:
    """Refuse to connect a platform in a way that it does not have.

    Raises:
        ConnectsOtherwiseError: it says which it has.
    """
    if way not in spec.connects_by:
        ways = " or ".join(_WAYS[each] for each in spec.connects_by)
        raise ConnectsOtherwiseError(name=spec.name, ways=ways)


def read_shop(spec: PlatformSpec, text: str) -> str:
    """Return the shop that a person named; where addresses are a shop's own, its bare name.

    Raises:
        ShopInvalidError: it has another form, or is missing where it is needed.
    """
    host = re.sub(r"^https?://", "", text.strip().lower()).rstrip("/")
    if not spec.is_shop_addressed:
        if host and not _HOST.fullmatch(host):
            raise ShopInvalidError(shop=text, example="shop.example.com")
        return host
    domain = spec.oauth.authorize_url.partition("{shop}")[2].partition("/")[0] if spec.oauth else ""
    name = host.removesuffix(domain)
    if not _NAME.fullmatch(name):
        raise ShopInvalidError(shop=text, example=f"my-shop{domain}")
    return name
