"""Links for a colleague who owns the account at a platform."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse

from apps.integrations.authorizing.models import OAuthState
from apps.integrations.connecting.messages import ConnectLink
from apps.integrations.connecting.operations import states
from apps.integrations.connecting.operations.finishing import member_of
from apps.integrations.connecting.operations.starting import (
    Errand,
    Way,
    read_shop,
    refuse_other_way,
    start_consent,
)
from apps.integrations.exceptions import ConnectLinkInvalidError
from apps.integrations.platforms.clients import open_oauth
from apps.integrations.platforms.registry import get_adapter
from omnify.context import acting_as, current_organization_id, current_user_id
from omnify.mail import public_link

LIFETIME: Final = timedelta(minutes=30)


def create_link(platform: str, *, shop: str, now: datetime) -> ConnectLink:
    """Make a link by which somebody without an account here connects a platform, once.

    Its secret is kept nowhere.

    Raises:
        PlatformNotFoundError, ConnectsOtherwiseError, PlatformNotConfiguredError: the platform
            cannot be connected so.
        ShopInvalidError: the shop is none.
    """
    spec = get_adapter(platform).spec
    refuse_other_way(spec, "oauth")
    open_oauth(platform)
    secret = states.make_secret()
    row = OAuthState(
        organization_id=current_organization_id(),
        user_id=current_user_id(),
        purpose=OAuthState.Purpose.LINK,
        platform=platform,
        shop=read_shop(spec, shop),
        digest=states.digest_of(secret),
        expires_at=now + LIFETIME,
    )
    states.keep_state(row, now)
    path = reverse("integrations:connect-link")
    url = public_link("integrations", path, token=secret)
    return ConnectLink(url=url, expires_at=row.expires_at)


def get_link(secret: str, now: datetime) -> OAuthState:
    """Return what a link is for.

    Raises:
        ConnectLinkInvalidError: it is of no use.
    """
    row = states.find_link(secret, now)
    if row is None:
        raise ConnectLinkInvalidError
    return row


def follow_link(secret: str, *, callback_url: str, now: datetime) -> Way:
    """Use a link up, and return the way to the platform for who followed it.

    Raises:
        ConnectLinkInvalidError: it is of no use.
        PlatformNotConfiguredError: the deployment has no client of the platform any more.
    """
    row = get_link(secret, now)
    with acting_as(member_of(row)):
        if not states.consume(row, now):
            raise ConnectLinkInvalidError
        errand = Errand(row.shop, purpose=OAuthState.Purpose.COLLEAGUE)
        return start_consent(row.platform, errand, callback_url=callback_url, now=now)
